package dev.posthaste.recurring;

import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The rows of {@code crons} whose crons are removed, until they are gone with their last execution. The connection, and so the
 * transaction, is the caller's. Thread-safe: holds no state.
 */
public final class RemovedCronDao {
    /** From the commit on it is seen, fired and recorded no more. */
    void markRemoved(Connection connection, long cronId) throws SQLException {
        String sql = "update crons set removed_at = clock_timestamp(), next_fire_at = null where id = ?";
        Rows.update(connection, sql, values -> values.number(cronId));
    }

    /** The same for all crons of a team. Holds them in the order of their ids, as {@link CronDao#hold} does. */
    public void markRemovedOf(Connection connection, long teamId) throws SQLException {
        String sql = """
                update crons set removed_at = clock_timestamp(), next_fire_at = null
                 where id = any (array(
                   select id from crons where team_id = ? and removed_at is null order by id for no key update))
                """;
        Rows.update(connection, sql, values -> values.number(teamId));
    }

    /** Removed crons whose rows are still there. */
    List<Long> removed(Connection connection) throws SQLException {
        String sql = "select id from crons where removed_at is not null order by id";
        return Rows.list(connection, sql, Parameters.NONE, row -> row.getLong(1));
    }

    /** Locks the row of a removed cron; false when it is gone. */
    boolean lockRemoved(Connection connection, long cronId) throws SQLException {
        String sql = "select 1 from crons where id = ? and removed_at is not null for update";
        return Rows.exist(connection, sql, values -> values.number(cronId));
    }

    /** Deletes the row of a removed cron without executions, with the request that it has. */
    void delete(Connection connection, long cronId) throws SQLException {
        String request = "delete from requests where id = (select request_id from crons where id = ?)";
        Rows.update(connection, request, values -> values.number(cronId));
        Rows.update(connection, "delete from crons where id = ?", values -> values.number(cronId));
    }
}
