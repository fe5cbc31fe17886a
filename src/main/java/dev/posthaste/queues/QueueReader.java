package dev.posthaste.queues;

import dev.posthaste.jobs.DeadLetterGroups;
import dev.posthaste.redaction.Redaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Reads queues with their counts, which cost the same however many jobs there are. Thread-safe. */
public final class QueueReader {
    /** The queues first, so that only what is shown is counted. */
    private static final String SELECT = """
            select q.*, coalesce(c.pending, 0) as pending, coalesce(c.completed, 0) as completed,
                   coalesce(c.failed, 0) as failed, coalesce(c.dead_lettered, 0) as dead_lettered,
                   (select coalesce(sum(f.remaining), 0) from qrtz_fired_one_shots f
                     where f.trigger_group = 'q' || q.id) as processing
              from (%s) q
              left join lateral (
                select sum(s.pending) as pending, sum(s.completed) as completed, sum(s.failed) as failed,
                       sum(s.dead_lettered) as dead_lettered
                  from queue_counts s where s.queue_id = q.id) c on true
             order by q.id desc
            """;

    private static final String PAGE =
            "select * from queues where team_id = :team and id < :before order by id desc limit :limit";

    private static final String ONE = "select * from queues where team_id = :team and id = :id";

    private final Jdbi database;

    /** Every call is a statement of its own. */
    public QueueReader(Jdbi database) {
        this.database = database;
    }

    /** The queue; empty when the team has no such queue. */
    public Optional<Queue> find(long teamId, long queueId) {
        return database.withHandle(handle -> find(handle, teamId, queueId));
    }

    /** The id of the team's queue of that name; empty when there is none. */
    public Optional<Long> idOf(long teamId, String name) {
        return database.withHandle(
                handle -> handle.createQuery("select id from queues where team_id = :team and name = :name")
                        .bind("team", teamId)
                        .bind("name", name)
                        .mapTo(Long.class)
                        .findOne());
    }

    /** How many dead letters each of a team's queues has. */
    public DeadLetterGroups.Counted deadLetters(long teamId) {
        Map<String, Long> counts = database.withHandle(handle -> handle.createQuery("""
                        select q.name, sum(c.dead_lettered)::bigint as dead
                          from queues q join queue_counts c on c.queue_id = q.id
                         where q.team_id = :team and c.dead_lettered <> 0
                         group by q.id having sum(c.dead_lettered) > 0
                        """)
                .bind("team", teamId)
                .reduceRows(new HashMap<>(), (found, row) -> {
                    found.put(row.getColumn("name", String.class), row.getColumn("dead", Long.class));
                    return found;
                }));
        return DeadLetterGroups.Counted.of(
                counts.values().stream().mapToLong(Long::longValue).sum(), true, counts);
    }

    /** Queues of a team, newest first: those with a smaller id than {@code before}. */
    public List<Queue> list(long teamId, long before, int limit) {
        return database.withHandle(handle -> handle.createQuery(SELECT.formatted(PAGE))
                .bind("team", teamId)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list());
    }

    static Optional<Queue> find(Handle handle, long teamId, long queueId) {
        return handle.createQuery(SELECT.formatted(ONE))
                .bind("team", teamId)
                .bind("id", queueId)
                .map((row, context) -> read(row))
                .findOne();
    }

    private static Queue read(ResultSet row) throws SQLException {
        List<Integer> delays = new ArrayList<>(
                Arrays.asList((Integer[]) row.getArray("retry_delays").getArray()));
        QueueSettings settings = new QueueSettings(
                row.getString("name"),
                row.getBoolean("is_active"),
                row.getInt("timeout_seconds"),
                row.getBoolean("retries_enabled"),
                delays,
                row.getString("success_assertions"),
                row.getBoolean("alerts_enabled"),
                row.getObject("max_parallelism", Integer.class),
                row.getObject("max_per_second", Integer.class),
                row.getInt("dlq_retention_days"),
                Redaction.ofText(row.getString("redact")));
        long processing = row.getLong("processing");
        QueueCounts counts = new QueueCounts(
                Math.max(0, row.getLong("pending") - processing),
                processing,
                row.getLong("completed"),
                row.getLong("failed"),
                row.getLong("dead_lettered"));
        return new Queue(row.getLong("id"), row.getLong("team_id"), settings, counts);
    }
}
