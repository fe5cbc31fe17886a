package dev.posthaste.jobs;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Chains that are over, as those see them who replay or remove many: in the caller's transaction. Thread-safe: holds no state. */
public final class ResolvedChainDao {
    /**
     * A chain that is over, whose original the transaction has locked: nobody else replays or removes it meanwhile.
     *
     * @param isReplayed whether its original was replayed: a dead letter that was has left the list
     */
    public record Resolved(long originalId, long queueId, FinalStatus end, boolean isReplayed) {}

    /** Those of the team's chains that are there and over, as they are now. */
    public List<Resolved> lock(Connection connection, long teamId, Collection<Long> originalIds) throws SQLException {
        String sql = """
                select id, queue_id, final_status, replayed_as is not null from jobs
                 where id = any (?) and team_id = ? and attempt_number = 1
                   and final_status in ('success', 'failed_no_retries', 'dead_lettered', 'cancelled')
                 order by id
                   for update
                """;
        return Rows.list(
                connection,
                sql,
                values -> values.numbers(originalIds).number(teamId),
                row -> new Resolved(
                        row.getLong(1),
                        row.getLong(2),
                        Columns.constant(row, "final_status", FinalStatus.class),
                        row.getBoolean(4)));
    }

    /** Those of the chains of which a retry was replayed by itself. */
    public Set<Long> withReplayedRetry(Connection connection, Collection<Long> originalIds) throws SQLException {
        String sql = """
                select distinct original_job_id from jobs
                 where original_job_id = any (?) and attempt_number > 1 and replayed_as is not null
                """;
        return Set.copyOf(Rows.list(connection, sql, Rows.ids(originalIds), row -> row.getLong(1)));
    }
}
