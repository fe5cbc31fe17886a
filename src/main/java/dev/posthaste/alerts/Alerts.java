package dev.posthaste.alerts;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** A team's alerts, for who reads and acknowledges them. Thread-safe. */
public final class Alerts {
    private final Jdbi database;
    private final AlertDao alerts = new AlertDao();
    private final AuditLog audit = new AuditLog();

    /** Every call is a transaction of its own. */
    public Alerts(Jdbi database) {
        this.database = database;
    }

    /** Those with a smaller id than {@code before}, newest first. */
    public AlertPage list(long teamId, AlertFilter filter, long before, int limit) throws SQLException {
        return database.withHandle(handle -> alerts.list(handle.getConnection(), teamId, filter, before, limit));
    }

    /**
     * Notes that somebody has seen one. Who does so again changes nothing: the first time stays.
     *
     * @return the alert as it is then; empty when the team has none with that id
     */
    public Optional<Alert> acknowledge(long teamId, long alertId, Actor actor) throws SQLException {
        return database.inTransaction(handle -> {
            Connection connection = handle.getConnection();
            Optional<Alert> before = alerts.take(connection, teamId, alertId);
            if (before.isEmpty() || before.get().acknowledgedAt() != null) {
                return before;
            }
            audit.write(
                    handle,
                    AuditEntry.of(
                            teamId,
                            actor,
                            AuditAction.ALERT_ACKNOWLEDGE,
                            Thing.alert(alertId, before.get().name())));
            return Optional.of(alerts.acknowledge(connection, alertId));
        });
    }
}
