package dev.posthaste.jobs;

import dev.posthaste.sql.Parameters;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds chains that ended long ago. Ids grow with time, so the table is read from its low end by the primary key, a window
 * at a time, until the jobs are too young: no index has to be kept for it. Thread-safe: holds no state.
 */
public final class FinishedChainDao {
    /**
     * A chain that ended long ago; dead letters that were not replayed are none, they have a retention of their own.
     * Executions of crons are never dead letters.
     *
     * @param isCounted whether its queue counts it
     * @param isReplayed whether it was a dead letter and has left the list
     */
    public record Finished(long originalId, long queueId, FinalStatus end, boolean isReplayed, boolean isCounted) {}

    /**
     * What a window of the table holds.
     *
     * @param last the highest id in it
     * @param hasMore whether there may be chains to remove behind it
     */
    public record Window(List<Finished> finished, long last, boolean hasMore) {}

    /** Looks at so many jobs with an id above {@code after}; what of it ended at least {@code keep} ago. */
    public Window next(Connection connection, Duration keep, long after, int size) throws SQLException {
        String sql = """
                with looked_at as materialized (
                  select j.id from jobs j where j.id > ? order by j.id limit ?
                )
                select j.id, j.queue_id, j.final_status, j.replayed_as, j.cron_id, j.attempt_number = 1 and (
                         j.final_status in ('success', 'failed_no_retries', 'cancelled')
                           or j.final_status = 'dead_lettered' and coalesce(j.replayed_as, j.cron_id) is not null)
                         and greatest(j.concluded_at, (
                           select max(m.concluded_at) from jobs m
                            where m.original_job_id = j.id and m.attempt_number > 1))
                           < now() - make_interval(secs => ?) as is_finished,
                       j.created_at < now() - make_interval(secs => ?) as is_old
                  from looked_at join jobs j on j.id = looked_at.id
                 order by j.id
                """;
        double seconds = keep.toMillis() / 1000.0;
        List<Finished> finished = new ArrayList<>();
        long last = after;
        int seen = 0;
        boolean isOld = false;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            new Parameters(statement)
                    .number(after)
                    .integer(size)
                    .decimal(seconds)
                    .decimal(seconds);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    seen++;
                    last = row.getLong("id");
                    isOld = row.getBoolean("is_old");
                    if (row.getBoolean("is_finished")) {
                        finished.add(read(row));
                    }
                }
            }
        }
        return new Window(finished, last, seen > 0 && isOld);
    }

    private static Finished read(ResultSet row) throws SQLException {
        return new Finished(
                row.getLong("id"),
                row.getLong("queue_id"),
                Columns.constant(row, "final_status", FinalStatus.class),
                row.getObject("replayed_as") != null,
                row.getObject("cron_id") == null);
    }
}
