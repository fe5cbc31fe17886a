package dev.posthaste.recurring;

import dev.posthaste.oneshots.OneShots;
import dev.posthaste.oneshots.WatchedThreads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fires crons when they are due, on a thread of its own. It looks when the next one is due, when one was changed on this
 * node, and once a second for what other nodes have changed. What is due and when is asked of the database's clock. Any
 * number of nodes may do it: they share what is due. Thread-safe.
 */
public final class CronFirer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CronFirer.class);
    /** At first, so that the first requests leave while the rest is written. */
    private static final int FIRST_BATCH = 100;

    private static final int BATCH = 500;
    private static final long LONGEST_PAUSE_MS = 1_000;

    private static final long LONGEST_END_MS = 2_000;

    /** While others hold what is due. */
    private static final long SHORTEST_PAUSE_MS = 5;

    /** How long a cron that this node cannot read is left to others. */
    private static final Duration LEFT = Duration.ofMinutes(1);

    private final Jdbi database;
    private final CronDao crons;
    private final LongAdder made = new LongAdder();
    private final FireCrons fires;
    private final OneShots oneShots;
    private final LongSupplier nanos;
    private final Semaphore woken = new Semaphore(0);
    private final WatchedThreads threads = new WatchedThreads();
    private final Thread thread = new Thread(this::run, "posthaste-crons");
    /** By cron, until when it is left to others. Touched by the thread that fires only. */
    private final Map<Long, Long> leftUntil = new HashMap<>();

    private volatile boolean forgetsLeft;
    private volatile long endNanos;
    private volatile boolean closed;

    /**
     * Fires nothing before it is started.
     *
     * @param nanos a steady clock
     */
    CronFirer(Jdbi database, CronDao crons, FireCrons fires, OneShots oneShots, LongSupplier nanos) {
        this.database = database;
        this.crons = crons;
        this.fires = fires;
        this.oneShots = oneShots;
        this.nanos = nanos;
        thread.setDaemon(true);
    }

    /** Begins. */
    public void start() {
        threads.start(thread);
    }

    /** Has it look now, because a cron was made or changed. Cheap; takes no connection. */
    public void soon() {
        forgetsLeft = true;
        woken.release();
    }

    /** How many executions that are sent this has made. */
    long made() {
        return made.sum();
    }

    /** The name of its thread, should that have ended. */
    public List<String> ended() {
        return closed ? List.of() : threads.ended();
    }

    /** No further transaction begins. Does not wait. */
    public void end() {
        if (!closed) {
            endNanos = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(LONGEST_END_MS);
            closed = true;
            woken.release();
        }
    }

    /** Ends it; a transaction that has begun is awaited until two seconds after {@link #end}. */
    @Override
    public void close() {
        end();
        try {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - nanos.getAsLong())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean isWell = true;
        while (!closed) {
            long pause = LONGEST_PAUSE_MS;
            try {
                pause = fireAll();
                isWell = true;
            } catch (SQLException | RuntimeException | Error e) {
                if (isWell) {
                    LOG.warn("Crons cannot be fired, which is tried every {} ms: {}", pause, e.toString());
                }
                isWell = false;
            }
            try {
                if (woken.tryAcquire(pause, TimeUnit.MILLISECONDS)) {
                    woken.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Fires all that is due, and returns how many milliseconds to wait before the next look. */
    long fireAll() throws SQLException {
        forgetLeft();
        boolean isMore = true;
        for (int batch = FIRST_BATCH; isMore && !closed; batch = Math.min(2 * batch, BATCH)) {
            int max = batch;
            FireCrons.Fired fired = database.inTransaction(
                    handle -> fires.fire(handle.getConnection(), max, List.copyOf(leftUntil.keySet())));
            oneShots.committed(fired.oneShots());
            made.add(ExecutionWriter.sentBy(fired.oneShots()));
            fired.unreadable().forEach(this::leave);
            isMore = fired.taken() == max;
        }
        long next = database.withHandle(
                handle -> crons.msToNext(handle.getConnection(), List.copyOf(leftUntil.keySet()), LONGEST_PAUSE_MS));
        return Math.max(SHORTEST_PAUSE_MS, Math.min(next, LONGEST_PAUSE_MS));
    }

    private void forgetLeft() {
        long now = nanos.getAsLong();
        if (forgetsLeft) {
            forgetsLeft = false;
            leftUntil.clear();
        }
        leftUntil.values().removeIf(until -> until - now <= 0);
    }

    private void leave(FireCrons.Unreadable unreadable) {
        leftUntil.put(unreadable.cron().id(), nanos.getAsLong() + LEFT.toNanos());
        LOG.warn(
                "Cron {} is due and cannot be fired by this node: {} Change its expression or its zone, or run a Java that"
                        + " knows it. It stays due; this node tries it again in {} s, and others may fire it",
                unreadable.cron().id(),
                unreadable.why(),
                LEFT.toSeconds());
    }
}
