package dev.posthaste.operations;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.oneshots.WatchedThreads;
import dev.posthaste.sql.OnConflict;
import dev.posthaste.sql.SqlFailure;
import dev.posthaste.steering.SteerChains;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does operations, on a thread of its own, slice by slice: each is a transaction that has locked the operation's row, so that
 * any number of nodes may do it and no two do one at a time. When a node dies, its lock goes with its session and the next
 * slice is another node's. Thread-safe.
 */
public final class OperationRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperationRunner.class);

    private static final long LONGEST_PAUSE_MS = 1_000;

    /** While other nodes do what is due. */
    private static final long SHORTEST_PAUSE_MS = 100;

    private static final long LONGEST_END_MS = 2_000;
    private static final Duration POSTPONED = Duration.ofSeconds(5);

    /** So often in a row a slice may fail for a reason that lies in it. */
    private static final int MAX_FAILURES = 3;

    private final Jdbi database;
    private final OperationDao operations = new OperationDao();
    private final OperationSlice slices;
    private final AuditLog audit = new AuditLog();
    private final Semaphore woken = new Semaphore(0);
    private final WatchedThreads threads = new WatchedThreads();
    private final Thread thread = new Thread(this::run, "posthaste-operations");
    /** How often in a row a slice has failed, by operation. Touched by the thread that does them only. */
    private final Map<Long, Integer> failures = new HashMap<>();

    /** The operation whose slice is being done; null before one is found. */
    private @Nullable Long taken;

    private volatile boolean closed;
    private volatile long endNanos;

    /** Does nothing before it is started. */
    OperationRunner(Jdbi database, OperationSlice slices) {
        this.database = database;
        this.slices = slices;
        thread.setDaemon(true);
    }

    /** Begins. */
    public void start() {
        threads.start(thread);
    }

    /** Has it look now, because there is a new one. */
    void soon() {
        woken.release();
    }

    /** The name of its thread, should that have ended. */
    public List<String> ended() {
        return closed ? List.of() : threads.ended();
    }

    /** No further slice begins. Does not wait. */
    public void end() {
        if (!closed) {
            endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_END_MS);
            closed = true;
            woken.release();
        }
    }

    /** Ends it; a slice that has begun is awaited until two seconds after {@link #end}. */
    @Override
    public void close() {
        end();
        try {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean isWell = true;
        while (!closed) {
            long pause = LONGEST_PAUSE_MS;
            try {
                pause = slice() ? 0 : msToNext();
                isWell = true;
            } catch (SQLException | RuntimeException | Error e) {
                failed(e, isWell);
                isWell = false;
            }
            try {
                if (pause > 0 && woken.tryAcquire(pause, TimeUnit.MILLISECONDS)) {
                    woken.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private long msToNext() throws SQLException {
        long next = database.withHandle(handle -> operations.msToNext(handle.getConnection(), LONGEST_PAUSE_MS));
        return Math.max(SHORTEST_PAUSE_MS, Math.min(next, LONGEST_PAUSE_MS));
    }

    /** Does the next slice of the operation that has waited longest; false when there is none that is due. */
    boolean slice() throws SQLException {
        taken = null;
        OperationSlice.@Nullable Done done = OnConflict.repeat(() -> database.inTransaction(this::slice));
        if (done == null) {
            return false;
        }
        slices.committed(done);
        if (taken != null) {
            failures.remove(taken);
        }
        return true;
    }

    private OperationSlice.@Nullable Done slice(Handle handle) throws SQLException {
        // First which, then what: of one that cannot be read it must be known whose turn is over.
        OperationDao.Turn turn = operations.take(handle.getConnection()).orElse(null);
        taken = turn == null ? null : turn.id();
        if (turn == null) {
            return null;
        }
        Operation operation = operations.taken(handle.getConnection(), turn.id());
        if (turn.isRevoked()) {
            return stopped(handle, operation);
        }
        OperationSlice.Done done = slices.next(handle.getConnection(), operation);
        operations.advance(handle.getConnection(), operation.id(), done.progress());
        if (done.progress().isLast() && !operation.isDryRun()) {
            audit.write(
                    handle,
                    AuditEntry.of(
                                    operation.teamId(),
                                    operation.actor(),
                                    AuditAction.OPERATION_FINISH,
                                    Operations.thing(operation))
                            .of(operation.done() + done.progress().done()));
        }
        return done;
    }

    /** Whoever revokes a token trusts nothing that was begun with it. */
    private OperationSlice.Done stopped(Handle handle, Operation operation) throws SQLException {
        operations.stop(handle.getConnection(), operation.teamId(), operation.id());
        if (!operation.isDryRun()) {
            audit.write(
                    handle,
                    AuditEntry.of(
                                    operation.teamId(),
                                    Actor.SERVER,
                                    AuditAction.OPERATION_STOP,
                                    Operations.thing(operation))
                            .of(operation.done()));
        }
        return new OperationSlice.Done(
                new OperationDao.Progress(operation.after(), true, 0, 0, 0, Duration.ZERO),
                SteerChains.Steered.NOTHING);
    }

    /** An outage passes, and nobody is to blame for it; what fails by itself is given up, so that others have their turn. */
    private void failed(Throwable failure, boolean isFirst) {
        Long id = taken;
        if (id == null) {
            if (isFirst) {
                LOG.warn(
                        "Operations cannot be done, which is tried every {} ms: {}",
                        LONGEST_PAUSE_MS,
                        failure.toString());
            }
            return;
        }
        boolean isGivenUp = SqlFailure.isOfTheData(failure) && failures.merge(id, 1, Integer::sum) >= MAX_FAILURES;
        if (!isRunning(id, isGivenUp)) {
            LOG.info("A slice of operation {}, which is not running any more, failed: {}", id, failure.toString());
            failures.remove(id);
        } else if (isGivenUp) {
            LOG.error("A slice of operation {} failed {} times and is given up", id, MAX_FAILURES, failure);
            failures.remove(id);
        } else {
            LOG.warn(
                    "A slice of operation {} failed and is tried again in {} s: {}",
                    id,
                    POSTPONED.toSeconds(),
                    failure.toString());
        }
    }

    /** Gives it up, or has others go first; false when somebody has stopped it meanwhile. */
    private boolean isRunning(long id, boolean isGivenUp) {
        try {
            return database.inTransaction(handle -> isGivenUp
                    ? operations.fail(handle.getConnection(), id)
                    : operations.postpone(handle.getConnection(), id, POSTPONED));
        } catch (SQLException | RuntimeException e) {
            LOG.debug("Operation {} keeps its turn: {}", id, e.toString());
            return true;
        }
    }
}
