package dev.posthaste.memory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that one kind of work may hold at the same time. Who finds no room waits its turn, in the order of arrival, so
 * that a large piece is not passed by small ones for ever. A piece that is larger than the whole budget gets its turn when
 * nobody else holds anything: slowly is better than never.
 *
 * <p>Take all that a piece may need at once, and {@link Room#shrinkTo} what turns out not to be needed: two that both
 * hold a part and wait for the rest would wait for each other. To take all of what comes by and by would hold room
 * for nothing: it begins {@link #empty} and takes more with {@link Room#grow}, which lets one piece at a time go beyond
 * the budget. Let no others take from such a budget. Thread-safe.
 */
public final class ByteBudget {
    private final String name;
    private final long bytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Condition> turns = new ArrayDeque<>();
    private long held;
    private @Nullable Room beyond;

    /**
     * An empty budget.
     *
     * @param name of the work, for people
     * @param bytes that it may hold
     */
    public ByteBudget(String name, long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("the budget of " + name + " has no bytes");
        }
        this.name = name;
        this.bytes = bytes;
    }

    /** A share of the heap that this Java may grow to, in percent. */
    public static ByteBudget ofHeap(String name, int percent) {
        return new ByteBudget(name, Math.max(1, Runtime.getRuntime().maxMemory() / 100 * percent));
    }

    /** How many bytes there are, held or not. */
    public long bytes() {
        return bytes;
    }

    /** How many bytes are held at the moment. */
    public long held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /** How many wait for their turn at the moment. */
    public int waiting() {
        lock.lock();
        try {
            return turns.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes room, waiting for it if there is none; empty when the turn did not come in time. Close the room when what it
     * was taken for is not held any more.
     *
     * @param wanted bytes, not negative
     */
    public Optional<Room> take(long wanted, Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            boolean isThere = awaitTurn(() -> fits(wanted), patience.toNanos());
            return isThere ? Optional.of(new Room(wanted)) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Room for something of which nothing is there yet. */
    public Room empty() {
        return new Room(0);
    }

    private boolean awaitTurn(BooleanSupplier isThere, long nanos) throws InterruptedException {
        if (turns.isEmpty() && isThere.getAsBoolean()) {
            return true;
        }
        Condition mine = lock.newCondition();
        turns.add(mine);
        long left = nanos;
        try {
            while (turns.peek() != mine || !isThere.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = mine.awaitNanos(left);
            }
            return true;
        } finally {
            turns.remove(mine);
            callNext();
        }
    }

    private boolean fits(long wanted) {
        return held == 0 || wanted <= bytes - held;
    }

    private void callNext() {
        Condition next = turns.peek();
        if (next != null) {
            next.signal();
        }
    }

    @Override
    public String toString() {
        return name + ": " + held() + " of " + bytes + " bytes";
    }

    /** What was taken of a budget. Thread-safe. */
    public final class Room implements AutoCloseable {
        private long mine;

        /** With the lock held, if it takes anything. */
        private Room(long mine) {
            this.mine = mine;
            held += mine;
        }

        /** How many bytes it has at the moment. */
        public long bytes() {
            lock.lock();
            try {
                return mine;
            } finally {
                lock.unlock();
            }
        }

        /**
         * Takes more, waiting for it if there is none; false when the turn did not come in time, and nothing was taken. One
         * room at a time goes beyond the budget until it is closed: it comes to its end, and so do the others after it.
         */
        public boolean grow(long more, Duration patience) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                boolean isFirst = beyond == this;
                if (!isFirst && !awaitTurn(() -> fits(more) || beyond == null, patience.toNanos())) {
                    return false;
                }
                if (!fits(more)) {
                    beyond = this;
                }
                held += more;
                mine += more;
                return true;
            } finally {
                lock.unlock();
            }
        }

        /** Gives back what is more than that; never takes more. */
        public void shrinkTo(long needed) {
            lock.lock();
            try {
                if (needed < mine) {
                    held -= mine - needed;
                    mine = needed;
                    beyond = beyond == this && needed == 0 ? null : beyond;
                    callNext();
                }
            } finally {
                lock.unlock();
            }
        }

        /** Gives it back; again has no effect. */
        @Override
        public void close() {
            shrinkTo(0);
        }
    }
}
