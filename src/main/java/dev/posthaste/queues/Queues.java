package dev.posthaste.queues;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.OnConflict;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Makes and changes queues, each together with the gate that holds its triggers back, in one transaction, so that claims go
 * by what the queue says. What was claimed before goes on. Thread-safe.
 */
public final class Queues {
    private static final String UNIQUE_VIOLATION = "23505";

    private final Jdbi database;
    private final OneShots oneShots;
    private final AuditLog audit = new AuditLog();

    /** Puts gates up through {@code oneShots}. */
    public Queues(Jdbi database, OneShots oneShots) {
        this.database = database;
        this.oneShots = oneShots;
    }

    /** The new queue; empty when the team has one of that name. */
    public Optional<Queue> create(long teamId, QueueSettings settings, Actor actor) throws SQLException {
        Optional<Queue> created = database.inTransaction(handle -> {
            Optional<Long> made = insert(handle.getConnection(), teamId, settings);
            if (made.isEmpty()) {
                return Optional.empty();
            }
            long id = made.get();
            oneShots.setGate(handle.getConnection(), Triggers.jobGroup(id), settings.gate());
            audit.write(
                    handle, AuditEntry.of(teamId, actor, AuditAction.QUEUE_CREATE, Thing.queue(id, settings.name())));
            return QueueReader.find(handle, teamId, id);
        });
        created.ifPresent(this::announce);
        return created;
    }

    /**
     * Changes a queue. A change holds for the jobs that are not yet claimed; other nodes see it at their next look.
     *
     * @param change of the settings as they are then; whatever it throws leaves the queue as it was
     * @param action as which the audit tells of it, if it changes anything
     */
    public QueueChange change(
            long teamId, long queueId, UnaryOperator<QueueSettings> change, Actor actor, AuditAction action)
            throws SQLException {
        QueueChange result = OnConflict.repeat(() -> tryToChange(teamId, queueId, change, new Told(actor, action)));
        if (result instanceof QueueChange.Changed changed) {
            announce(changed.queue());
        }
        return result;
    }

    /** As what the audit tells of a change, and by whom it is. */
    private record Told(Actor actor, AuditAction action) {}

    private QueueChange tryToChange(long teamId, long queueId, UnaryOperator<QueueSettings> change, Told told)
            throws SQLException {
        try {
            return database.inTransaction(handle -> change(handle, teamId, queueId, change, told));
        } catch (SQLException e) {
            // Somebody else took the name after it was looked for.
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                return new QueueChange.NameTaken();
            }
            throw e;
        }
    }

    private QueueChange change(Handle handle, long teamId, long queueId, UnaryOperator<QueueSettings> change, Told told)
            throws SQLException {
        lock(handle, queueId);
        Optional<Queue> before = QueueReader.find(handle, teamId, queueId);
        if (before.isEmpty()) {
            return new QueueChange.NoSuchQueue();
        }
        QueueSettings after = change.apply(before.get().settings());
        if (!update(handle.getConnection(), before.get(), after)) {
            return new QueueChange.NameTaken();
        }
        oneShots.setGate(handle.getConnection(), Triggers.jobGroup(queueId), after.gate());
        if (after.isActive() && !before.get().settings().isActive()) {
            // After a restore callbacks are held as well, which no other pause touches.
            oneShots.resume(handle.getConnection(), List.of(Triggers.callbackGroup(queueId)));
        }
        List<String> fields = after.changedFrom(before.get().settings());
        if (!fields.isEmpty()) {
            audit.write(
                    handle,
                    AuditEntry.of(teamId, told.actor(), told.action(), Thing.queue(queueId, after.name()))
                            .changing(fields));
        }
        return new QueueChange.Changed(QueueReader.find(handle, teamId, queueId).orElseThrow());
    }

    private void announce(Queue queue) {
        oneShots.gateCommitted(Triggers.jobGroup(queue.id()));
        oneShots.gateCommitted(Triggers.callbackGroup(queue.id()));
    }

    private static void lock(Handle handle, long queueId) {
        handle.createQuery("select id from queues where id = :id for no key update")
                .bind("id", queueId)
                .mapTo(Long.class)
                .findOne();
    }

    private static Optional<Long> insert(Connection connection, long teamId, QueueSettings settings)
            throws SQLException {
        NamedSql sql = NamedSql.of("""
                insert into queues (team_id, name, is_active, timeout_seconds, retries_enabled, retry_delays,
                  success_assertions, alerts_enabled, max_parallelism, max_per_second, dlq_retention_days,
                  redact)
                values (:team, :name, :is_active, :timeout_seconds, :retries_enabled, :retry_delays,
                  :success_assertions, :alerts_enabled, :max_parallelism, :max_per_second, :dlq_retention_days,
                  :redact)
                on conflict (team_id, name) do nothing
                returning id
                """);
        return sql.first(connection, values -> bind(values.number("team", teamId), settings), row -> row.getLong(1));
    }

    /** False when another queue of the team has the name. */
    private static boolean update(Connection connection, Queue queue, QueueSettings settings) throws SQLException {
        NamedSql sql = NamedSql.of("""
                update queues q
                   set name = :name, is_active = :is_active, timeout_seconds = :timeout_seconds,
                       retries_enabled = :retries_enabled, retry_delays = :retry_delays,
                       success_assertions = :success_assertions, alerts_enabled = :alerts_enabled,
                       max_parallelism = :max_parallelism, max_per_second = :max_per_second,
                       dlq_retention_days = :dlq_retention_days, redact = :redact, held = held and not :is_active
                 where q.id = :id
                   and not exists (select 1 from queues o
                                    where o.team_id = q.team_id and o.name = :name and o.id <> q.id)
                """);
        return sql.update(connection, values -> bind(values.number("id", queue.id()), settings)) == 1;
    }

    private static void bind(NamedSql.Values values, QueueSettings settings) throws SQLException {
        values.text("name", settings.name())
                .flag("is_active", settings.isActive())
                .integer("timeout_seconds", settings.timeoutSeconds())
                .flag("retries_enabled", settings.retriesEnabled())
                .integers("retry_delays", settings.retryDelays())
                .text("success_assertions", settings.successAssertions())
                .flag("alerts_enabled", settings.alertsEnabled())
                .integer("max_parallelism", settings.maxParallelism())
                .integer("max_per_second", settings.maxPerSecond())
                .integer("dlq_retention_days", settings.dlqRetentionDays())
                .text("redact", settings.redaction().text());
    }
}
