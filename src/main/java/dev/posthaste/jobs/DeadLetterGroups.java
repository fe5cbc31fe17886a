package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
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
 * counted. How many each queue has its own counts tell. Thread-safe.
 */
public final class DeadLetterGroups {
    private static final int MAX_GROUPS = 200;

    /** Each has a request. */
    private static final int HOSTS_LOOKED_AT = 2_000;

    /** Each has a chain, and runs in the partitions of its days: that costs some times as much. */
    private static final int REASONS_LOOKED_AT = 500;

    private static final String NEWEST = """
            select j.id, j.request_id, j.%s as is_shown
              from (select id, queue_id, request_id from jobs
                     where team_id = ? and attempt_number = 1 and dead_lettered_at is not null and replayed_as is null
                     order by id + 0 desc
                     limit ?) j
            """.formatted(RemovedQueues.NOT_OF_ONE);

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
        return count(
                teamId,
                HOSTS_LOOKED_AT,
                (connection, newest) -> new Origins()
                        .counts(
                                connection,
                                newest.stream().map(DeadLetterId::requestId).toList()));
    }

    /** The same by the reason of the last attempt's last run, as the list shows it; of what is kept no longer {@code unknown}. */
    public Counted byFailureReason(long teamId) throws SQLException {
        return count(teamId, REASONS_LOOKED_AT, (connection, newest) -> {
            List<Long> ids = newest.stream().map(DeadLetterId::id).toList();
            Map<Long, FailureReason> reasons = LastRuns.reasons(connection, ids);
            Map<String, Long> counts = new HashMap<>();
            ids.forEach(id ->
                    counts.merge(reasons.getOrDefault(id, FailureReason.UNKNOWN).contractName(), 1L, Long::sum));
            return counts;
        });
    }

    /** One of those that are looked at. */
    private record DeadLetterId(long id, long requestId) {}

    /** Counts some by what they have in common. */
    private interface Counting {
        Map<String, Long> count(Connection connection, List<DeadLetterId> newest) throws SQLException;
    }

    private Counted count(long teamId, int max, Counting counting) throws SQLException {
        return database.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ,
                handle -> count(handle.getConnection(), teamId, max, counting));
    }

    private static Counted count(Connection connection, long teamId, int max, Counting counting) throws SQLException {
        List<DeadLetterId> newest = new ArrayList<>();
        int[] lookedAt = {0};
        // One more, to tell whether there are more.
        Rows.each(connection, NEWEST, values -> values.number(teamId).integer(max + 1), row -> {
            lookedAt[0]++;
            if (lookedAt[0] <= max && row.getBoolean("is_shown")) {
                newest.add(new DeadLetterId(row.getLong("id"), row.getLong("request_id")));
            }
        });
        boolean isComplete = lookedAt[0] <= max;
        return newest.isEmpty()
                ? Counted.of(0, isComplete, Map.of())
                : Counted.of(newest.size(), isComplete, counting.count(connection, newest));
    }
}
