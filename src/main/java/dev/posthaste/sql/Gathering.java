package dev.posthaste.sql;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * Entries that wait to be written, taken in groups by the one thread that writes them.
 *
 * <p>A group costs as much by itself as about ten entries, and callers who were answered together tend to come again
 * together. So a small group waits until it has as many entries as the last one had, or a dozen, yet no longer than a
 * quarter of the time that the last one took to be written. Where many call at once they come in larger groups for it,
 * and where few do they hardly wait: who comes alone, after one who came alone or after a pause, waits for nobody.
 *
 * <p>Thread-safe, but only one thread may take.
 */
final class Gathering<T> {
    private static final int WORTH_A_WAIT = 12;

    /**
     * Measured with 32 callers in a loop and with jobs that are delivered beside: where a wait lasts as long as the
     * writing, the processors wait too.
     */
    private static final int SHARE_OF_WRITING = 4;

    /** Bounds the wait behind a group that was held up, by a checkpoint or while the database was away. */
    private static final long MAX_WAIT = Duration.ofMillis(5).toNanos();

    private final int capacity;
    private final int maxGroup;
    private final LongUnaryOperator patience;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition enough = lock.newCondition();
    private final Queue<T> waiting = new ArrayDeque<>();
    private int wanted = 1;
    private int lastSize = 1;
    private long lastTaken;

    /**
     * @param capacity the most that may wait
     * @param maxGroup the most in a group
     */
    Gathering(int capacity, int maxGroup) {
        this(capacity, maxGroup, Gathering::patienceAfter, System::nanoTime);
    }

    /**
     * @param patience how long a small group waits after one that took so long to be written, both in nanoseconds
     */
    Gathering(int capacity, int maxGroup, LongUnaryOperator patience, LongSupplier nanoTime) {
        this.capacity = capacity;
        this.maxGroup = maxGroup;
        this.patience = patience;
        this.nanoTime = nanoTime;
        this.lastTaken = nanoTime.getAsLong();
    }

    /** A quarter of what the last group took to be written, in nanoseconds, within a bound. */
    static long patienceAfter(long wrote) {
        return Math.min(wrote / SHARE_OF_WRITING, MAX_WAIT);
    }

    /** Adds an entry; false when no room became free for it in time. */
    boolean offer(T entry, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (waiting.size() >= capacity) {
                if (left <= 0) {
                    return false;
                }
                left = room.awaitNanos(left);
            }
            waiting.add(entry);
            if (waiting.size() == wanted) {
                enough.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The next group in the order of arrival, never empty. To be called as soon as the last one is written. */
    List<T> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long wrote = nanoTime.getAsLong() - lastTaken;
            await(Math.min(lastSize, WORTH_A_WAIT), patience.applyAsLong(wrote));
            await(1, Long.MAX_VALUE);
            List<T> group = removeFirst(maxGroup);
            lastSize = group.size();
            lastTaken = nanoTime.getAsLong();
            return group;
        } finally {
            lock.unlock();
        }
    }

    /** Takes an entry back; false when it does not wait any more. */
    boolean remove(T entry) {
        lock.lock();
        try {
            boolean removed = waiting.remove(entry);
            if (removed) {
                room.signal();
            }
            return removed;
        } finally {
            lock.unlock();
        }
    }

    /** Takes all that wait, perhaps nothing. */
    List<T> takeAll() {
        lock.lock();
        try {
            return removeFirst(waiting.size());
        } finally {
            lock.unlock();
        }
    }

    /** How many wait. */
    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private void await(int count, long nanos) throws InterruptedException {
        wanted = count;
        long left = nanos;
        while (waiting.size() < count && left > 0) {
            left = enough.awaitNanos(left);
        }
    }

    private List<T> removeFirst(int max) {
        List<T> group = new ArrayList<>(Math.min(max, waiting.size()));
        while (group.size() < max && !waiting.isEmpty()) {
            group.add(waiting.remove());
        }
        room.signalAll();
        return group;
    }
}
