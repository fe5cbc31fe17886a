package dev.posthaste.overview;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.posthaste.jobs.FailedJob;
import dev.posthaste.jobs.FailedJobs;
import dev.posthaste.jobs.NoQueue;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.oneshots.OverdueGroups;
import dev.posthaste.queues.QueueGlance;
import dev.posthaste.queues.QueueGlances;
import dev.posthaste.queues.Tally;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import dev.posthaste.stats.RecentMinutes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/** Reads overviews: about ten statements each, whoever looks and however many jobs there are. Thread-safe. */
public final class OverviewReader {
    /** So many queues are shown, those that were made first. */
    public static final int MAX_QUEUES = 200;

    private static final int MAX_FAILURES = 20;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LATELY = Duration.ofMinutes(5);
    private static final long MAX_TEAMS = 50;

    private final Jdbi database;
    private final OneShots oneShots;
    private final QueueGlances queues = new QueueGlances();
    private final RecentMinutes minutes = new RecentMinutes();
    private final Cache<Long, Seen> seen = Caffeine.newBuilder()
            .maximumSize(MAX_TEAMS)
            .expireAfterAccess(LATELY)
            .build();

    /** What is known of a team from looks before. */
    private record Seen(Counted counted, DeliveredMinutes delivered) {}

    /** Every call is a transaction of its own. */
    public OverviewReader(Jdbi database, OneShots oneShots) {
        this.database = database;
        this.oneShots = oneShots;
    }

    /**
     * How a team's jobs stand now.
     *
     * @param withFailures whether whoever looks may see jobs
     */
    public Overview read(long teamId, boolean withFailures) throws SQLException {
        return database.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ,
                handle -> read(handle.getConnection(), teamId, withFailures));
    }

    private Overview read(Connection connection, long teamId, boolean withFailures) throws SQLException {
        Instant now = Rows.one(connection, "select now() as at", Parameters.NONE, row -> Rows.instant(row, "at"));
        List<QueueGlance> shown = queues.first(connection, teamId, MAX_QUEUES);
        QueueGlances.Total total = queues.total(connection, teamId, shown);
        Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
        List<Long> ids = shown.stream().map(QueueGlance::id).toList();
        Seen before = seen.asMap().computeIfAbsent(teamId, any -> new Seen(new Counted(), new DeliveredMinutes()));
        Map<Long, List<Long>> delivered = before.delivered()
                .of(ids, minute, (of, first, count) -> minutes.deliveredOf(connection, teamId, of, first, count));
        Map<String, OverdueGroups.Overdue> overdue =
                OverdueGroups.read(connection, oneShots.schedulerName(), groups(teamId, ids));
        Counted.Compared compared = before.counted().add(Counted.Look.of(now, total.tally(), shown));
        // Only what nobody has looked at before is compared with the last minute.
        boolean allKnown = ids.stream().allMatch(id -> known(compared.minute(), id) != null);
        Map<Long, NavigableMap<Instant, Tally>> lastMinutes =
                allKnown ? Map.of() : minutes.ofQueues(connection, teamId, ids, minute.minus(MINUTE));
        List<Overview.OfQueue> rows = new ArrayList<>(shown.size());
        for (QueueGlance queue : shown) {
            rows.add(new Overview.OfQueue(
                    queue,
                    ratesOf(queue, lastMinutes.getOrDefault(queue.id(), new TreeMap<>()), compared.minute(), now),
                    waiting(overdue, Triggers.jobGroup(queue.id()), now).overdue(),
                    delivered.getOrDefault(queue.id(), List.of())));
        }
        Counted.Look recent = compared.recent();
        return new Overview(
                now,
                recent == null
                        ? lastMinute(minutes.ofTeam(connection, teamId, minute.minus(MINUTE)), minute)
                        : Rates.between(recent.team(), total.tally(), Duration.between(recent.at(), now)),
                minutes.spent(connection, teamId, now, LATELY),
                total.inFlight(),
                total.pending(),
                overdue.keySet().stream()
                        .map(group -> waiting(overdue, group, now))
                        .reduce(Overview.Waiting.NONE, Overview.Waiting::and),
                Nodes.read(connection, oneShots, now),
                withFailures ? FailedJobs.newest(connection, teamId, now, MAX_FAILURES) : List.<FailedJob>of(),
                rows);
    }

    /** Those of the queues, and that of executions without one. */
    private static List<String> groups(long teamId, List<Long> queueIds) {
        List<String> groups = new ArrayList<>(queueIds.size() + 1);
        queueIds.forEach(id -> groups.add(Triggers.jobGroup(id)));
        groups.add(Triggers.jobGroup(NoQueue.of(teamId)));
        return groups;
    }

    private static Overview.Waiting waiting(Map<String, OverdueGroups.Overdue> overdue, String group, Instant now) {
        OverdueGroups.Overdue one = overdue.get(group);
        return one == null
                ? Overview.Waiting.NONE
                : new Overview.Waiting(
                        one.count(),
                        Math.max(0, Duration.between(one.oldest(), now).toMillis()) / 1_000.0);
    }

    /** By what was counted a minute ago, or until there was such a look by the last minute that has ended. */
    private static Rates ratesOf(
            QueueGlance queue, NavigableMap<Instant, Tally> minutes, Counted.@Nullable Look before, Instant now) {
        Tally known = known(before, queue.id());
        return before == null || known == null
                ? lastMinute(minutes, now.truncatedTo(ChronoUnit.MINUTES))
                : Rates.between(known, queue.tally(), Duration.between(before.at(), now));
    }

    private static @Nullable Tally known(Counted.@Nullable Look before, long queueId) {
        return before == null ? null : before.queues().get(queueId);
    }

    private static Rates lastMinute(NavigableMap<Instant, Tally> minutes, Instant minute) {
        return Rates.of(minutes.getOrDefault(minute.minus(MINUTE), Tally.NONE), MINUTE);
    }
}
