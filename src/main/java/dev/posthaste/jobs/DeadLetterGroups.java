package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * Counts a team's dead letters by what they have in common: the newest of them, found by the index
 * {@code jobs_dead_letters}, so that the cost is bounded. Those of deleted queues are among what is looked at, and not
 * counted. Thread-safe.
 */
public final class DeadLetterGroups {
    private static final int AT_ONCE = 500;
    private static final int MAX_GROUPS = 200;

    private final Jdbi database;

    /** Every call is a transaction of its own. */
    public DeadLetterGroups(Jdbi database) {
        this.database = database;
    }

    /** What they are counted by. */
    public enum By implements ContractName {
        QUEUE(10_000, "q.name", "left join queues q on q.id = j.queue_id"),
        HOST(10_000, "r.url", "join requests r on r.id = j.request_id"),
        /** Of the last attempt's last run, as the list shows it; of what is kept no longer {@code unknown}. */
        FAILURE_REASON(1_000, "coalesce(run.failure_reason, 'unknown')", """
                left join lateral (
                  select m.id, m.created_at, m.concluded_at from jobs m
                   where m.original_job_id = j.id and m.attempt_number > 1
                   order by m.attempt_number desc limit 1) l on true
                left join lateral (
                  select n.failure_reason from runs n
                   where n.job_id = coalesce(l.id, j.id)
                     and n.started_at >= coalesce(l.created_at, j.created_at) - interval '1 day'
                     and n.started_at <= coalesce(l.concluded_at, j.concluded_at, 'infinity') + interval '1 day'
                   order by n.id desc limit 1) run on true
                """);

        private final int lookedAt;
        private final String value;
        private final String join;

        By(int lookedAt, String value, String join) {
            this.lookedAt = lookedAt;
            this.value = value;
            this.join = join;
        }

        @Override
        public String contractName() {
            return name().toLowerCase(Locale.ROOT);
        }

        private String group(String stored) {
            return this == HOST ? TargetUrl.parse(stored).map(TargetUrl::host).orElse("") : stored;
        }

        private String sql() {
            return """
                    select %s as value, j.is_shown
                      from (select n.*, %s as is_shown
                              from (select * from jobs
                                     where team_id = ?
                                       and attempt_number = 1 and dead_lettered_at is not null and replayed_as is null
                                     order by id + 0 desc
                                     limit ?) n) j
                      %s
                    """.formatted(value, RemovedQueues.NOT_OF_ONE, join);
        }
    }

    /**
     * What was counted.
     *
     * @param lookedAt how many dead letters of queues that are there
     * @param isComplete whether these are all that there are
     * @param groups the largest first, two hundred at most
     */
    public record Counted(long lookedAt, boolean isComplete, List<Group> groups) {}

    /** How many have something in common. */
    public record Group(String value, long count) {}

    /** Counts the team's newest. */
    public Counted count(long teamId, By by) throws SQLException {
        return database.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ, handle -> count(handle.getConnection(), teamId, by));
    }

    private static Counted count(Connection connection, long teamId, By by) throws SQLException {
        Map<String, Long> counts = new HashMap<>();
        long lookedAt = 0;
        long counted = 0;
        try (PreparedStatement statement = connection.prepareStatement(by.sql())) {
            statement.setLong(1, teamId);
            // One more, to tell whether there are more.
            statement.setInt(2, by.lookedAt + 1);
            statement.setFetchSize(AT_ONCE);
            try (ResultSet row = statement.executeQuery()) {
                while (lookedAt < by.lookedAt && row.next()) {
                    lookedAt++;
                    if (row.getBoolean("is_shown")) {
                        counted++;
                        counts.merge(by.group(row.getString("value")), 1L, Long::sum);
                    }
                }
                boolean isComplete = lookedAt < by.lookedAt || !row.next();
                return new Counted(counted, isComplete, largest(counts));
            }
        }
    }

    private static List<Group> largest(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(entry -> new Group(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Group::count).reversed().thenComparing(Group::value))
                .limit(MAX_GROUPS)
                .toList();
    }
}
