package dev.posthaste.oneshots;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that the database still has of nodes that are dead: of a host that is gone, or behind something that keeps
 * its connections. They hold locks, and places among the database's connections. Some may not be ended, or are not called
 * what their node called them (by a pooler, or a name in the URL): there each session's own time limits must do. Thread-safe.
 */
final class DeadSessions {
    private static final Logger LOG = LoggerFactory.getLogger(DeadSessions.class);

    private final AtomicBoolean hasComplained = new AtomicBoolean();

    /** Ends those of the instances: the own user's, on the own database. They are gone a moment later, not at once. */
    void end(Connection connection, List<String> instances) throws SQLException {
        String sql = """
                select count(*) filter (where pg_terminate_backend(pid))
                  from pg_stat_activity
                 where application_name = any (?) and usename = session_user and datname = current_database()
                   and pid <> pg_backend_pid()
                """;
        List<String> sessions = instances.stream()
                .map(name -> new InstanceName(name).sessions())
                .toList();
        int ended = Rows.one(connection, sql, values -> values.texts(sessions), row -> row.getInt(1));
        if (ended > 0) {
            LOG.warn("Ended {} sessions of the dead nodes {}", ended, instances);
        }
    }

    /** They could not be ended, which nothing depends on; said once, since it will be so each time. */
    void notEnded(Exception failure) {
        if (hasComplained.compareAndSet(false, true)) {
            LOG.warn(
                    "The sessions of dead nodes could not be ended ({}); their own time limits end them, a little later",
                    failure.getMessage());
        }
    }
}
