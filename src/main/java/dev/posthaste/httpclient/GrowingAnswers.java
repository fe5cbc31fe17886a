package dev.posthaste.httpclient;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Room for what large answers have beyond their beginnings, which is taken piece by piece. A piece is granted only if all
 * that hold some can still grow to their ends one after another (the banker's algorithm). So those that hold a part and
 * wait for the rest never wait for each other. Half of it is for one owner at most. An answer that is larger than everything
 * grows when nobody else holds anything. Thread-safe.
 */
final class GrowingAnswers {
    private final long bytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Those that hold some; all that follows is guarded by the lock. */
    private final Set<Part> holding = new LinkedHashSet<>();

    private final Set<Part> waiting = new LinkedHashSet<>();
    private long held;

    GrowingAnswers(long bytes) {
        this.bytes = bytes;
    }

    /** A part that holds nothing yet. */
    Part part(long owner) {
        return new Part(owner);
    }

    long held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private boolean mayGrow(Part part, long more) {
        // Who holds nothing may wait without harm, and does so behind those who came before.
        if (part.mine == 0 && waiting.stream().anyMatch(other -> other != part && other.owner == part.owner)) {
            return part.isFirstIn(waiting) && canAllEnd(part, more);
        }
        return canAllEnd(part, more);
    }

    private boolean canAllEnd(Part part, long more) {
        List<Part> all = new ArrayList<>(holding);
        if (part.mine == 0) {
            all.add(part);
        }
        List<Part> same =
                all.stream().filter(other -> other.owner == part.owner).toList();
        return canAllEnd(all, bytes, part, more) && canAllEnd(same, bytes / 2, part, more);
    }

    private static boolean canAllEnd(List<Part> parts, long limit, Part growing, long more) {
        if (parts.size() == 1) {
            return true;
        }
        long free = limit - more;
        for (Part part : parts) {
            free -= part.mine;
        }
        if (free < 0) {
            return false;
        }
        List<Part> byNeed = new ArrayList<>(parts);
        byNeed.sort(Comparator.comparingLong(part -> part.need(growing, more)));
        for (Part part : byNeed) {
            if (part.need(growing, more) > free) {
                return false;
            }
            free += part == growing ? part.mine + more : part.mine;
        }
        return true;
    }

    /** What one answer has of it. Thread-safe. */
    final class Part implements AutoCloseable {
        private final long owner;
        private long max;
        private long mine;

        private Part(long owner) {
            this.owner = owner;
        }

        /** Says how much it may be in the end; once it holds some, only less than was said before. */
        void limitTo(long bytes) {
            lock.lock();
            try {
                max = Math.max(mine, bytes);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** Takes more, waiting for it if there is none; false when there was none in time. */
        boolean grow(long more, Duration patience) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                long left = patience.toNanos();
                while (!mayGrow(this, more)) {
                    if (left <= 0) {
                        return false;
                    }
                    waiting.add(this);
                    left = changed.awaitNanos(left);
                }
                mine += more;
                held += more;
                holding.add(this);
                return true;
            } finally {
                if (waiting.remove(this)) {
                    changed.signalAll();
                }
                lock.unlock();
            }
        }

        /** Gives some of it back, and grows no more. */
        void shrinkBy(long less) {
            lock.lock();
            try {
                boolean hadNeed = max > mine;
                mine -= less;
                held -= less;
                max = mine;
                if (mine == 0) {
                    holding.remove(this);
                }
                if (less > 0 || hadNeed) {
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                shrinkBy(mine);
            } finally {
                lock.unlock();
            }
        }

        private long need(Part growing, long more) {
            return Math.max(0, max - (this == growing ? mine + more : mine));
        }

        private boolean isFirstIn(Set<Part> turns) {
            for (Part turn : turns) {
                if (turn.owner == owner) {
                    return turn == this;
                }
            }
            return true;
        }
    }
}
