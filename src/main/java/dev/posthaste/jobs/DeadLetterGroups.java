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
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * Counts a team's dead letters by what they have in common: the newest of them, found by the index
 * {@code jobs_dead_letters}, so that the cost is bounded. Those of deleted queues are among what is looked at, and not
 * counted. How many each queue has its own counts tell. Thread-safe.
 */
public final class DeadLetterGroups {
    private static final int AT_ONCE = 500;
    private static final int MAX_GROUPS = 200;

    /** Each costs a probe of the table of requests. */
    private static final Sample URLS = new Sample(2_000, "r.url", "join requests r on r.id = j.request_id");

    /** Each costs some probes of jobs and of the partitions of runs. */
    private static final Sample REASONS = new Sample(500, "coalesce(run.failure_reason, 'unknown')", """
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

    private final Jdbi database;

    /** Every call is a transaction of its own. */
    public DeadLetterGroups(Jdbi database) {
        this.database = database;
    }

    /** What they are counted by. */
    public enum By implements ContractName {
        QUEUE,
        HOST,
        FAILURE_REASON;

        @Override
        public String contractName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The newest of a team's, with something that they may have in common.
     *
     * @param size so many are looked at
     */
    private record Sample(int size, String value, String join) {
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
    public record Counted(long lookedAt, boolean isComplete, List<Group> groups) {
        /** Of whatever many groups. */
        public static Counted of(long lookedAt, boolean isComplete, Map<String, Long> counts) {
            return new Counted(
                    lookedAt,
                    isComplete,
                    counts.entrySet().stream()
                            .map(entry -> new Group(entry.getKey(), entry.getValue()))
                            .sorted(Comparator.comparingLong(Group::count)
                                    .reversed()
                                    .thenComparing(Group::value))
                            .limit(MAX_GROUPS)
                            .toList());
        }
    }

    /** How many have something in common. */
    public record Group(String value, long count) {}

    /** Counts the team's newest by the hosts that they were for. */
    public Counted byHost(long teamId) throws SQLException {
        return count(teamId, URLS, new HostNames());
    }

    /** The same by the reason of the last attempt's last run, as the list shows it; of what is kept no longer {@code unknown}. */
    public Counted byFailureReason(long teamId) throws SQLException {
        return count(teamId, REASONS, UnaryOperator.identity());
    }

    private Counted count(long teamId, Sample sample, UnaryOperator<String> group) throws SQLException {
        return database.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ,
                handle -> count(handle.getConnection(), teamId, sample, group));
    }

    private static Counted count(Connection connection, long teamId, Sample sample, UnaryOperator<String> group)
            throws SQLException {
        Map<String, Long> counts = new HashMap<>();
        long lookedAt = 0;
        long counted = 0;
        try (PreparedStatement statement = connection.prepareStatement(sample.sql())) {
            statement.setLong(1, teamId);
            // One more, to tell whether there are more.
            statement.setInt(2, sample.size() + 1);
            statement.setFetchSize(AT_ONCE);
            try (ResultSet row = statement.executeQuery()) {
                while (lookedAt < sample.size() && row.next()) {
                    lookedAt++;
                    if (row.getBoolean("is_shown")) {
                        counted++;
                        counts.merge(group.apply(row.getString("value")), 1L, Long::sum);
                    }
                }
                boolean isComplete = lookedAt < sample.size() || !row.next();
                return Counted.of(counted, isComplete, counts);
            }
        }
    }

    /** Thousands of URLs have few hosts: what stands before the path is read once. Not thread-safe. */
    private static final class HostNames implements UnaryOperator<String> {
        private final Map<String, String> known = new HashMap<>();

        @Override
        public String apply(String url) {
            int authority = url.indexOf("//") + 2;
            int end = authority;
            while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
                end++;
            }
            return known.computeIfAbsent(
                    url.substring(0, end),
                    any -> TargetUrl.parse(url).map(TargetUrl::host).orElse(""));
        }
    }
}
