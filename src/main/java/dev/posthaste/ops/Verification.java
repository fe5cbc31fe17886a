package dev.posthaste.ops;

import dev.posthaste.alerts.AlertMessageDao;
import dev.posthaste.jobs.OwedTriggerDao;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.RepairQueues;
import dev.posthaste.recurring.RepairCrons;
import dev.posthaste.sql.OnConflict;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for what does not go together, and mends it: jobs that nothing sends, triggers of nothing, gates and counts that are
 * wrong. No way through this program leads there; somebody has changed the tables by hand, or has restored a part of them. What
 * goes together is looked at in one snapshot, a page at a time, so that what is on its way from one place to another is not
 * taken for lost. To be run by one node at a time. Thread-safe.
 */
public final class Verification {
    private static final Logger LOG = LoggerFactory.getLogger(Verification.class);
    private static final int PAGE = 2_000;

    /** A run in between looks at no more pages of jobs and of triggers than fit into that. */
    private static final Duration SHARE = Duration.ofMillis(250);

    /** What somebody left behind is recovered by the next check-in, a second later. */
    private static final Duration UNRECOVERED = Duration.ofSeconds(50);

    private final Jdbi database;
    private final OneShots oneShots;
    private final RepairQueues queues;
    private final RepairCrons crons;
    private final LongSupplier nanoTime;
    private final OwedTriggerDao owed = new OwedTriggerDao();
    private final AlertMessageDao messages = new AlertMessageDao();
    private OwedTriggerDao.Position jobsUpTo = OwedTriggerDao.Position.START;
    private OneShotKey triggersUpTo = OneShots.Waiting.START;
    private final Set<String> claimsTold = new HashSet<>();
    private Set<String> claimsSeen = Set.of();
    private long claimsSeenAt;
    private volatile Found total = Found.NOTHING;

    /**
     * Looks at nothing yet.
     *
     * @param nanoTime a clock that nobody sets
     */
    public Verification(Jdbi database, OneShots oneShots, RepairCrons crons, LongSupplier nanoTime) {
        this.database = database;
        this.oneShots = oneShots;
        this.queues = new RepairQueues(database, oneShots);
        this.crons = crons;
        this.nanoTime = nanoTime;
        this.claimsSeenAt = nanoTime.getAsLong();
    }

    /**
     * What was wrong, and was mended.
     *
     * @param jobs pending ones that nothing would have sent
     * @param triggers of what is not pending, or not there
     * @param crons fires and executions, see {@link RepairCrons}
     * @param gates those that did not say what their queues say, or had counted wrongly
     * @param counts queues that had counted wrongly
     * @param claims firings that nobody has, and that no check-in has recovered
     */
    public record Found(long jobs, long triggers, long crons, long gates, long counts, long claims) {
        static final Found NOTHING = new Found(0, 0, 0, 0, 0, 0);

        Found and(Found other) {
            return new Found(
                    jobs + other.jobs,
                    triggers + other.triggers,
                    crons + other.crons,
                    gates + other.gates,
                    counts + other.counts,
                    claims + other.claims);
        }

        @Override
        public String toString() {
            return jobs + " jobs, " + triggers + " triggers, " + crons + " crons, " + gates + " gates, " + counts
                    + " counts, " + claims + " claims";
        }
    }

    /** What this node has found since its start; crons that their own repair has mended in between are not among it. */
    public Found total() {
        return total;
    }

    /** Looks at crons alone, as their own repair does; one node at a time, apart from all else. */
    public int crons() throws SQLException {
        return crons.run();
    }

    /**
     * Looks at everything but crons.
     *
     * @param ofCrons what was found of them
     */
    public synchronized Found all(int ofCrons) throws SQLException {
        jobsUpTo = OwedTriggerDao.Position.START;
        triggersUpTo = OneShots.Waiting.START;
        return look(Duration.ofDays(1), ofCrons);
    }

    /** Looks at some jobs and triggers, where the last look ended, and at what is few. */
    public synchronized Found some() throws SQLException {
        return look(SHARE, 0);
    }

    private Found look(Duration share, int ofCrons) throws SQLException {
        Found found = Found.NOTHING;
        try {
            found = found.and(new Found(mendJobs(share), 0, ofCrons, 0, 0, 0));
            found = found.and(new Found(0, mendTriggers(share), 0, 0, 0, 0));
            found = found.and(new Found(0, 0, 0, queues.gates() + mendGates(), 0, 0));
            found = found.and(new Found(0, 0, 0, 0, queues.counts(), claims()));
        } finally {
            total = total.and(found);
        }
        return found;
    }

    /** The one that it is at is its last page when it is not a full one: then the next look begins at the beginning. */
    private int mendJobs(Duration share) throws SQLException {
        int found = 0;
        long begun = nanoTime.getAsLong();
        do {
            List<OwedTriggerDao.Position> looked =
                    database.withHandle(handle -> owed.pendingAfter(handle.getConnection(), jobsUpTo, PAGE));
            found += mend(looked);
            jobsUpTo = looked.size() < PAGE ? OwedTriggerDao.Position.START : looked.get(looked.size() - 1);
        } while (isToGoOn(!jobsUpTo.equals(OwedTriggerDao.Position.START), begun, share));
        return found;
    }

    private int mend(List<OwedTriggerDao.Position> looked) throws SQLException {
        List<OneShot> lost = looked.isEmpty() ? List.of() : inOneMoment(connection -> storeMissing(connection, looked));
        oneShots.committed(lost);
        return lost.size();
    }

    /** Some of them may have ended since they were looked for: whoever is pending now has a trigger at this moment. */
    private List<OneShot> storeMissing(Connection connection, List<OwedTriggerDao.Position> looked)
            throws SQLException {
        Set<OneShotKey> missing = oneShots.missing(
                connection, looked.stream().map(OwedTriggerDao.Position::key).toList());
        if (missing.isEmpty()) {
            return List.of();
        }
        List<OneShot> lost = owed.hold(
                connection, missing.stream().map(key -> Triggers.idOf(key)).toList());
        for (OneShot one : lost) {
            LOG.warn(
                    "Job {} was pending and nothing would have sent it: rows were removed by hand, or restored without"
                            + " them. It is sent when it is due, at {}",
                    Triggers.idOf(one.key()),
                    one.due());
        }
        oneShots.store(connection, lost);
        return lost;
    }

    private int mendTriggers(Duration share) throws SQLException {
        int found = 0;
        long begun = nanoTime.getAsLong();
        do {
            OneShotKey from = triggersUpTo;
            Page page = inOneMoment(connection -> removeOrphans(connection, from));
            found += page.orphans();
            triggersUpTo = page.upTo();
        } while (isToGoOn(!triggersUpTo.equals(OneShots.Waiting.START), begun, share));
        return found;
    }

    private record Page(int orphans, OneShotKey upTo) {}

    private Page removeOrphans(Connection connection, OneShotKey from) throws SQLException {
        List<OneShots.Waiting> page = oneShots.waitingAfter(connection, from, PAGE);
        Set<OneShotKey> orphans = new HashSet<>();
        Map<String, List<OneShotKey>> byKind = page.stream()
                .collect(Collectors.groupingBy(
                        OneShots.Waiting::kind, Collectors.mapping(OneShots.Waiting::key, Collectors.toList())));
        for (Map.Entry<String, List<OneShotKey>> kind : byKind.entrySet()) {
            Set<OneShotKey> of = new HashSet<>(kind.getValue());
            of.removeAll(wanted(connection, kind.getKey(), kind.getValue()));
            orphans.addAll(of);
        }
        int removed = orphans.isEmpty() ? 0 : remove(connection, orphans);
        return new Page(
                removed,
                page.size() < PAGE
                        ? OneShots.Waiting.START
                        : page.get(page.size() - 1).key());
    }

    private int remove(Connection connection, Set<OneShotKey> orphans) throws SQLException {
        Set<OneShotKey> removed = oneShots.remove(connection, orphans);
        if (!removed.isEmpty()) {
            LOG.warn(
                    "Removed the triggers {}: what they were to send is not pending, or is not there",
                    removed.stream().limit(20).toList());
        }
        return removed.size();
    }

    /** Those that should be there; what is of a kind that a later build knows is let be. */
    private Collection<OneShotKey> wanted(Connection connection, String kind, List<OneShotKey> keys)
            throws SQLException {
        List<Long> ids = keys.stream().map(key -> Triggers.idOf(key)).toList();
        return switch (kind) {
            case Triggers.DELIVERY, Triggers.HEARTBEAT -> owed.ofAttempts(connection, ids);
            case Triggers.CALLBACK -> owed.ofCallbacks(connection, ids);
            case Triggers.ALERT -> messages.triggersOf(connection, ids);
            default -> keys;
        };
    }

    private int mendGates() throws SQLException {
        return OnConflict.repeat(() -> database.inTransaction(handle -> oneShots.repairGates(handle.getConnection())));
    }

    /** Only what an earlier look has seen as well, and no look has told: what is seen once is recovered by the next check-in. */
    private int claims() throws SQLException {
        Map<String, Integer> found = database.withHandle(handle -> oneShots.claimedByNobody(handle.getConnection()));
        boolean isLater = nanoTime.getAsLong() - claimsSeenAt >= UNRECOVERED.toNanos();
        int claims = 0;
        if (isLater) {
            claims = found.entrySet().stream()
                    .filter(claim -> claimsSeen.contains(claim.getKey()) && claimsTold.add(claim.getKey()))
                    .mapToInt(Map.Entry::getValue)
                    .sum();
            claimsTold.retainAll(found.keySet());
            claimsSeen = Set.copyOf(found.keySet());
            claimsSeenAt = nanoTime.getAsLong();
        }
        if (claims > 0) {
            LOG.error(
                    "{} firings are claimed by nobody, and no check-in has recovered them; please report this", claims);
        }
        return claims;
    }

    private boolean isToGoOn(boolean hasMore, long begun, Duration share) {
        return hasMore
                && nanoTime.getAsLong() - begun < share.toNanos()
                && !Thread.currentThread().isInterrupted();
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T inOneMoment(Work<T> work) throws SQLException {
        return OnConflict.repeat(() -> database.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ, handle -> work.in(handle.getConnection())));
    }
}
