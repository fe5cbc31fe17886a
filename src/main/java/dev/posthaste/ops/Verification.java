package dev.posthaste.ops;

import dev.posthaste.alerts.OwedAlertTriggers;
import dev.posthaste.jobs.OwedCallbackTriggers;
import dev.posthaste.jobs.OwedJobTriggers;
import dev.posthaste.jobs.OwedTriggers;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.RepairQueues;
import dev.posthaste.recurring.RepairCrons;
import dev.posthaste.sql.OnConflict;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for what does not go together, and mends it: what nothing sends, triggers of nothing, gates and counts that are wrong.
 * No way through this program leads there; somebody has changed the tables by hand, or has restored a part of them. To be run
 * by one node at a time. Thread-safe.
 */
public final class Verification {
    private static final Logger LOG = LoggerFactory.getLogger(Verification.class);

    /** A run in between looks at no more pages of each kind than fit into that. */
    private static final Duration SHARE = Duration.ofMillis(250);

    /** What somebody left behind is recovered by the next check-in, a second later. */
    private static final Duration UNRECOVERED = Duration.ofSeconds(50);

    private final Jdbi database;
    private final OneShots oneShots;
    private final RepairQueues queues;
    private final RepairCrons crons;
    private final LongSupplier nanoTime;
    private final LostTriggers jobs;
    private final List<LostTriggers> callbacks;
    private final StrayTriggers strays;
    private final UnownedClaims claims;
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
        OneMoment moments = new OneMoment(database);
        OwedTriggers ofJobs = new OwedJobTriggers();
        OwedTriggers ofCallbacks = new OwedCallbackTriggers();
        OwedTriggers ofAlerts = new OwedAlertTriggers();
        this.jobs = new LostTriggers("Job", ofJobs, moments, oneShots);
        this.callbacks = List.of(
                new LostTriggers("Callback", ofCallbacks, moments, oneShots),
                new LostTriggers("Alert message", ofAlerts, moments, oneShots));
        Map<String, OwedTriggers> byKind = Map.of(
                Triggers.DELIVERY, ofJobs,
                Triggers.HEARTBEAT, ofJobs,
                Triggers.CALLBACK, ofCallbacks,
                Triggers.ALERT, ofAlerts);
        this.strays = new StrayTriggers(byKind, moments, oneShots);
        this.claims = new UnownedClaims(nanoTime, UNRECOVERED);
    }

    /**
     * What was wrong, and was mended.
     *
     * @param jobs pending ones that nothing would have sent
     * @param callbacks the same of callbacks, and of messages about alerts
     * @param triggers of what is not pending, or not there
     * @param crons fires and executions, see {@link RepairCrons}
     * @param gates those that did not say what their queues say, or had counted wrongly
     * @param counts queues that had counted wrongly
     * @param claims firings that nobody has, and that no check-in has recovered
     */
    public record Found(long jobs, long callbacks, long triggers, long crons, long gates, long counts, long claims) {
        static final Found NOTHING = new Found(0, 0, 0, 0, 0, 0, 0);

        Found and(Found other) {
            return new Found(
                    jobs + other.jobs,
                    callbacks + other.callbacks,
                    triggers + other.triggers,
                    crons + other.crons,
                    gates + other.gates,
                    counts + other.counts,
                    claims + other.claims);
        }

        @Override
        public String toString() {
            return jobs + " jobs, " + callbacks + " callbacks, " + triggers + " triggers, " + crons + " crons, " + gates
                    + " gates, " + counts + " counts, " + claims + " claims";
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
        jobs.restart();
        callbacks.forEach(LostTriggers::restart);
        strays.restart();
        return look(Duration.ofDays(1), ofCrons, true);
    }

    /** Looks at some of what is pending and of the triggers, where the last look ended, and at what is few. */
    public synchronized Found some() throws SQLException {
        return look(SHARE, 0, false);
    }

    /** What cannot be looked at keeps nothing else back, and is told when all else has been. */
    private Found look(Duration share, int ofCrons, boolean fromTheStart) throws SQLException {
        Found found = new Found(0, 0, 0, ofCrons, 0, 0, 0);
        FirstFailure failure = new FirstFailure();
        found = found.and(failure.of(() -> new Found(jobs.mend(share(share)), 0, 0, 0, 0, 0, 0)));
        for (LostTriggers one : callbacks) {
            found = found.and(failure.of(() -> new Found(0, one.mend(share(share)), 0, 0, 0, 0, 0)));
        }
        found = found.and(failure.of(() -> new Found(0, 0, strays.mend(share(share)), 0, 0, 0, 0)));
        found = found.and(failure.of(() -> new Found(0, 0, 0, 0, queues.gates() + mendGates(), 0, 0)));
        found = found.and(
                failure.of(() -> new Found(0, 0, 0, 0, 0, queues.counts(share(share)::isLeft, fromTheStart), 0)));
        found = found.and(failure.of(() -> new Found(0, 0, 0, 0, 0, 0, unowned())));
        total = total.and(found);
        failure.tell();
        return found;
    }

    private interface Part {
        Found look() throws SQLException;
    }

    private static final class FirstFailure {
        private @Nullable SQLException first;

        /** What a part finds, nothing when it fails. */
        @SuppressWarnings("IllegalCatch") // Whatever it is, the others have their turn.
        Found of(Part part) {
            try {
                return part.look();
            } catch (SQLException e) {
                note(e);
            } catch (RuntimeException e) {
                note(new SQLException(e));
            }
            return Found.NOTHING;
        }

        private void note(SQLException failure) {
            if (first == null) {
                first = failure;
            } else {
                first.addSuppressed(failure);
            }
        }

        void tell() throws SQLException {
            if (first != null) {
                throw first;
            }
        }
    }

    private Share share(Duration length) {
        return new Share(nanoTime, length);
    }

    private int mendGates() throws SQLException {
        return OnConflict.repeat(() -> database.inTransaction(handle -> oneShots.repairGates(handle.getConnection())));
    }

    private int unowned() throws SQLException {
        Map<String, Integer> unknown = database.withHandle(handle -> oneShots.claimedByNobody(handle.getConnection()));
        int found = claims.look(unknown);
        if (found > 0) {
            LOG.error(
                    "{} firings are claimed by nobody, and no check-in has recovered them; please report this", found);
        }
        return found;
    }
}
