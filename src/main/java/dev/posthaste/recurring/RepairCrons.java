package dev.posthaste.recurring;

import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.OnConflict;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for what no way through this program leads to, and mends it: somebody has changed the tables by hand, has restored a
 * part of them, or has set the database's clock. To be run by one node at a time. Thread-safe.
 */
public final class RepairCrons {
    private static final Logger LOG = LoggerFactory.getLogger(RepairCrons.class);
    private static final int PAGE = 1_000;

    /** What one Java knows of a zone and another one does not is a matter of hours. */
    private static final Duration TOO_FAR = Duration.ofDays(1);

    private final Jdbi database;
    private final CronDao crons;
    private final ExecutionDao executions;
    private final OneShots oneShots;
    private final LongAdder mended = new LongAdder();

    RepairCrons(Jdbi database, CronDao crons, ExecutionDao executions, OneShots oneShots) {
        this.database = database;
        this.crons = crons;
        this.executions = executions;
        this.oneShots = oneShots;
    }

    /**
     * When a cron fires by its row, for who looks whether that can be.
     *
     * @param isToFire whether it is active and not removed
     */
    record Waiting(
            long cronId,
            boolean isToFire,
            Timing timing,
            @Nullable Instant nextFireAt) {
        /**
         * When it should fire instead; null when all is well, or this runtime cannot tell.
         *
         * @param now by the database's clock
         */
        @Nullable
        Instant mended(Instant now) {
            if (!isToFire || (nextFireAt != null && !nextFireAt.isAfter(now.plus(TOO_FAR)))) {
                return null;
            }
            try {
                Instant next = timing.schedule().next(now);
                return nextFireAt == null || nextFireAt.isAfter(next.plus(TOO_FAR)) ? next : null;
            } catch (UnreadableTimingException e) {
                return null;
            }
        }

        /** Whether it would fire although it is paused or removed. */
        boolean isTooMuch() {
            return !isToFire && nextFireAt != null;
        }
    }

    /** Mends what it finds, and says in the log what it was; returns how much. */
    public int run() throws SQLException {
        int found = mendFires() + mendExecutions();
        mended.add(found);
        return found;
    }

    /** How much this node has mended since its start; meant to be 0. */
    public long mended() {
        return mended.sum();
    }

    private int mendFires() throws SQLException {
        int found = 0;
        List<Waiting> page;
        long after = 0;
        do {
            long from = after;
            page = database.withHandle(handle -> crons.waiting(handle.getConnection(), from, PAGE));
            Instant now = database.withHandle(handle -> crons.now(handle.getConnection()));
            for (Waiting one : page) {
                boolean isSuspect = one.isTooMuch() || one.mended(now) != null;
                found += isSuspect && mendFire(one.cronId()) ? 1 : 0;
                after = one.cronId();
            }
        } while (page.size() == PAGE);
        return found;
    }

    private boolean mendFire(long cronId) throws SQLException {
        return OnConflict.repeat(() -> database.inTransaction(handle -> {
            Connection connection = handle.getConnection();
            Optional<Waiting> held = crons.holdWaiting(connection, cronId);
            Instant next = held.isEmpty() ? null : held.get().mended(crons.now(connection));
            if (held.isEmpty() || (next == null && !held.get().isTooMuch())) {
                return false;
            }
            crons.setNextFire(connection, cronId, next);
            LOG.warn(
                    "Cron {} was to fire {} and is to fire {} now: its row was changed by hand, or the database's clock"
                            + " was set back",
                    cronId,
                    told(held.get().nextFireAt()),
                    told(next));
            return true;
        }));
    }

    private static String told(@Nullable Instant at) {
        return at == null ? "never" : "at " + at;
    }

    private int mendExecutions() throws SQLException {
        int found = 0;
        List<ExecutionDao.Pending> page;
        long after = 0;
        do {
            long from = after;
            List<ExecutionDao.Pending> looked = new ArrayList<>();
            List<OneShot> lost = OnConflict.repeat(() -> database.inTransaction(
                    // One snapshot: in each a one-shot waits, or is claimed, or has ended with its attempt.
                    TransactionIsolationLevel.REPEATABLE_READ, handle -> {
                        looked.clear();
                        looked.addAll(executions.pendingAfter(handle.getConnection(), from, PAGE));
                        return storeLost(handle.getConnection(), looked);
                    }));
            oneShots.committed(lost);
            found += lost.size();
            page = looked;
            after = page.isEmpty() ? from : page.get(page.size() - 1).id();
        } while (page.size() == PAGE);
        return found;
    }

    private List<OneShot> storeLost(Connection connection, List<ExecutionDao.Pending> pending) throws SQLException {
        Set<OneShotKey> keys = pending.stream().map(one -> one.oneShot().key()).collect(Collectors.toSet());
        if (keys.isEmpty()) {
            return List.of();
        }
        Set<OneShotKey> waiting = oneShots.waiting(connection, keys);
        Set<OneShotKey> inFlight = oneShots.inFlight(connection, keys);
        List<OneShot> lost = pending.stream()
                .map(ExecutionDao.Pending::oneShot)
                .filter(shot -> !waiting.contains(shot.key()) && !inFlight.contains(shot.key()))
                .toList();
        if (!lost.isEmpty()) {
            oneShots.store(connection, lost);
            LOG.warn(
                    "{} executions of crons, first job {}, had lost what sends them: rows were removed by hand, or restored"
                            + " without them. They are sent when they are due",
                    lost.size(),
                    lost.get(0).key().name());
        }
        return lost;
    }
}
