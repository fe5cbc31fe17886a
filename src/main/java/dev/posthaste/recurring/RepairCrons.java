package dev.posthaste.recurring;

import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.OnConflict;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    private final Jdbi database;
    private final CronDao crons;
    private final NextFireDao fires;
    private final ExecutionDao executions;
    private final OneShots oneShots;
    private final LongAdder mended = new LongAdder();

    RepairCrons(Jdbi database, CronDao crons, NextFireDao fires, ExecutionDao executions, OneShots oneShots) {
        this.database = database;
        this.crons = crons;
        this.fires = fires;
        this.executions = executions;
        this.oneShots = oneShots;
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
        int looked;
        long after = 0;
        do {
            long from = after;
            List<WaitingFire> page = database.withHandle(handle -> fires.waiting(handle.getConnection(), from, PAGE));
            for (long cronId : database.withHandle(handle -> wrongAmong(handle.getConnection(), page))) {
                found += mendFire(cronId) ? 1 : 0;
            }
            looked = page.size();
            after = looked == 0 ? from : page.get(looked - 1).cronId();
        } while (looked == PAGE);
        return found;
    }

    /** At a glance; who mends one looks again when he holds it. */
    private List<Long> wrongAmong(Connection connection, List<WaitingFire> page) throws SQLException {
        Instant now = crons.now(connection);
        List<WaitingFire> suspects = page.stream()
                .filter(one -> one.isTooMuch() || one.mended(now, null) != null)
                .toList();
        if (suspects.isEmpty()) {
            return List.of();
        }
        Map<Long, Instant> lastMade = fires.lastMade(
                connection, suspects.stream().map(WaitingFire::cronId).toList());
        return suspects.stream()
                .filter(one -> one.isTooMuch() || one.mended(now, lastMade.get(one.cronId())) != null)
                .map(WaitingFire::cronId)
                .toList();
    }

    private boolean mendFire(long cronId) throws SQLException {
        return OnConflict.repeat(() -> database.inTransaction(handle -> {
            Connection connection = handle.getConnection();
            Optional<WaitingFire> held = fires.holdWaiting(connection, cronId);
            if (held.isEmpty()) {
                return false;
            }
            Instant lastMade = fires.lastMade(connection, List.of(cronId)).get(cronId);
            // Behind the lock: by an older clock a fire that was made while we waited for it would be mended.
            Instant next = held.get().mended(crons.now(connection), lastMade);
            if (next == null && !held.get().isTooMuch()) {
                return false;
            }
            fires.setNextFire(connection, cronId, next);
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
            // One that ends meanwhile is a conflict, and all are looked at again: what has ended needs nothing that
            // sends it.
            executions.hold(
                    connection,
                    lost.stream().map(shot -> Triggers.idOf(shot.key())).toList());
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
