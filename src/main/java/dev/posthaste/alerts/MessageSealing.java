package dev.posthaste.alerts;

import dev.posthaste.alerts.AlertMessageDao.Due;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;

/**
 * Settles what a message says, when it is about to be sent: what was counted by then is in it, what is counted from then on
 * is in the next one. A few at a time, so that claims and outcomes find connections. Thread-safe.
 */
public final class MessageSealing {
    private static final int AT_ONCE = 2;

    private final DataSource database;
    private final AlertDao alerts = new AlertDao();
    private final AlertMessageDao messages = new AlertMessageDao();
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    /** Each sealing is a transaction of its own. */
    public MessageSealing(DataSource database) {
        this.database = database;
    }

    /**
     * The message with its text, the one that it was sealed with if somebody has done so before. Empty when nothing is to be
     * sent: it was settled meanwhile, or its channel takes no messages any more and it is taken away.
     */
    public Optional<Due> seal(Due message) throws SQLException, InterruptedException {
        Alertable alertable = message.alertable();
        if (message.text() != null || alertable == null) {
            return Optional.of(message);
        }
        turns.acquire();
        try (Connection connection = database.getConnection()) {
            return inTransaction(connection, message, alertable);
        } finally {
            turns.release();
        }
    }

    private Optional<Due> inTransaction(Connection connection, Due message, Alertable alertable) throws SQLException {
        connection.setAutoCommit(false);
        try {
            Optional<Due> sealed = seal(connection, message.id(), alertable);
            connection.commit();
            return sealed;
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private Optional<Due> seal(Connection connection, long id, Alertable alertable) throws SQLException {
        alerts.lock(connection, alertable);
        Due known = messages.load(connection, List.of(id)).get(id);
        if (known == null || known.text() != null) {
            return Optional.ofNullable(known);
        }
        List<ToldAlert> told = messages.parts(connection, id);
        if (!known.isActive() || told.isEmpty()) {
            // Left there it would gather what nobody sends.
            messages.drop(connection, id);
            return Optional.empty();
        }
        MessageText text = MessageText.of(known.type(), told);
        messages.seal(connection, id, text);
        return Optional.of(known.sealed(text));
    }
}
