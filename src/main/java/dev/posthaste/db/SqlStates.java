package dev.posthaste.db;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a failed statement means, by its SQLSTATE.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL's error codes</a>
 */
public final class SqlStates {
    private static final Set<String> CONFLICTS = Set.of("40P01", "40001");
    /** Shutdowns, crashes, start-up, no connection left, a read-only standby after a failover. */
    private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03", "53300", "25006");

    private SqlStates() {}

    /** Whether a deadlock or serialization failure ended the transaction, which may just be repeated. */
    public static boolean isConflict(SQLException failure) {
        return CONFLICTS.contains(stateOf(failure));
    }

    /** Whether the database could not be reached or left in the middle, in this failure or in one of its causes. */
    public static boolean isDatabaseAway(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException
                    || cause instanceof SQLNonTransientConnectionException
                    || (cause instanceof SQLException sql && isAway(stateOf(sql), sql))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAway(String state, SQLException failure) {
        return state.startsWith("08")
                || AWAY.contains(state)
                || failure instanceof org.apache.tomcat.jdbc.pool.PoolExhaustedException;
    }

    private static String stateOf(SQLException failure) {
        @Nullable String state = failure.getSQLState();
        return state == null ? "" : state;
    }
}
