package dev.posthaste.oneshots;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A timer whose time passes when a test says so, or when it is waited for. */
final class GivenTimer implements Timer {
    private final List<Task> tasks = new ArrayList<>();
    private long nowMs;
    private boolean closed;
    private boolean isFailing;

    private record Task(long atMs, Runnable what) {}

    /** Lets time pass, and does what is to be done meanwhile. */
    void pass(long ms) {
        long end = nowMs + ms;
        for (Task next = next(end); next != null; next = next(end)) {
            tasks.remove(next);
            nowMs = next.atMs();
            try {
                next.what().run();
            } catch (RuntimeException | Error e) {
                // As the real one: it keeps to itself what is thrown.
            }
        }
        nowMs = end;
    }

    private @Nullable Task next(long end) {
        return tasks.stream()
                .filter(task -> task.atMs() <= end)
                .min(Comparator.comparingLong(Task::atMs))
                .orElse(null);
    }

    /** How many things are still to be done. */
    int pending() {
        return tasks.size();
    }

    /** Whether it takes nothing for now. */
    void fails(boolean now) {
        isFailing = now;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public long nanoTime() {
        return TimeUnit.MILLISECONDS.toNanos(nowMs);
    }

    @Override
    public Runnable in(long delayMs, Runnable task) {
        if (closed) {
            throw new RejectedExecutionException();
        }
        if (isFailing) {
            throw new OutOfMemoryError("as a test wants");
        }
        Task one = new Task(nowMs + delayMs, task);
        tasks.add(one);
        return () -> tasks.remove(one);
    }

    @Override
    public void pause(long ms) {
        pass(ms);
    }

    @Override
    public void close() {
        closed = true;
    }
}
