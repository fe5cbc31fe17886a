package dev.posthaste.oneshots;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many firings may be in flight on this node; the threads are others'. What was claimed a little early waits for its
 * instant with a slot, but without a thread. Thread-safe.
 */
public final class Slots implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Slots.class);

    private final int size;
    private final FiringThreads threads;
    private final DueInstants due;
    private final Set<ClaimedOneShot> notBegun = new HashSet<>();
    private int taken;
    private boolean closed;

    Slots(int size, FiringThreads threads, DueInstants due) {
        this.size = size;
        this.threads = threads;
        this.due = due;
    }

    /** Has it run on a thread, with a slot; false when it will not be: there is no thread, or the node is stopping. */
    public boolean run(Runnable firing) {
        synchronized (this) {
            if (closed) {
                return false;
            }
            taken++;
            if (firing instanceof SlotTask late) {
                notBegun.add(late.firing());
            }
        }
        try {
            if (!(firing instanceof SlotTask late && due.later(late.firing(), () -> begin(late)))) {
                onThread(firing);
            }
            return true;
        } catch (Throwable e) {
            // Who claimed it puts back what was not taken; an Error would end that thread.
            return !isRefused(firing, e);
        }
    }

    /** On the timer, which keeps to itself whatever is thrown. */
    private void begin(SlotTask firing) {
        try {
            onThread(firing);
        } catch (Throwable e) {
            if (isRefused(firing, e)) {
                firing.notRun();
            }
        }
    }

    /** Then its slot is free again; not when it has begun all the same, or was given up meanwhile. */
    private boolean isRefused(Runnable firing, Throwable why) {
        if (firing instanceof SlotTask && !forget(firing)) {
            return false;
        }
        release();
        LOG.warn("A firing found no thread and is put back: {}", why.toString());
        return true;
    }

    private void onThread(Runnable firing) {
        threads.run(firing instanceof SlotTask late ? late.firing().key().group() : "", () -> runNow(firing));
    }

    private void runNow(Runnable firing) {
        if (firing instanceof SlotTask late) {
            if (forget(late)) {
                late.run(this::release);
            }
            return;
        }
        try {
            firing.run();
        } finally {
            release();
        }
    }

    /** False when it was given up: its slot is somebody else's by now. */
    private synchronized boolean forget(Runnable firing) {
        return firing instanceof SlotTask late && notBegun.remove(late.firing());
    }

    /** Whether any firing waits for a thread just now. What is due and does not has begun, or never will. */
    boolean anyWaits() {
        return threads.anyWaits();
    }

    /** Takes the slots back of those of the firings that have not begun: they never will. */
    synchronized void giveUp(Collection<ClaimedOneShot> firings) {
        for (ClaimedOneShot firing : firings) {
            if (notBegun.remove(firing)) {
                release();
            }
        }
    }

    private synchronized void release() {
        taken--;
        notifyAll();
    }

    /** Waits until one is free, and returns how many are; after the end, or when interrupted, at least one. */
    public synchronized int awaitFree() {
        while (taken >= size && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return 1;
            }
        }
        return Math.max(1, size - taken);
    }

    /** How many there are, free or taken. */
    public int size() {
        return size;
    }

    /** Nothing is taken any more. */
    @Override
    public synchronized void close() {
        closed = true;
        due.close();
        notifyAll();
    }
}
