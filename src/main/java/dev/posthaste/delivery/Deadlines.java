package dev.posthaste.delivery;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.concurrent.Cancellable;
import org.jspecify.annotations.Nullable;

/** Cancels exchanges that are not over in time. One exchange a thread. Thread-safe. */
final class Deadlines implements AutoCloseable {
    private static final int THREADS = 2;

    private final ScheduledThreadPoolExecutor timer;
    // One for each sender: a static one would be state that senders share.
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable Deadline> current = new ThreadLocal<>();

    Deadlines() {
        this.timer = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "posthaste-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Begins the calling thread's exchange. Close it when the exchange is over. */
    Deadline begin(Cancellable exchange, Duration timeout) {
        Deadline deadline = new Deadline(System.nanoTime() + timeout.toNanos());
        deadline.alarm = timer.schedule(() -> deadline.pass(exchange), timeout.toNanos(), TimeUnit.NANOSECONDS);
        current.set(deadline);
        return deadline;
    }

    /** What is left of the calling thread's exchange; nothing when there is none. */
    Duration left() {
        Deadline deadline = current.get();
        return deadline == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, deadline.at - System.nanoTime()));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** The end of one exchange's time. */
    final class Deadline implements AutoCloseable {
        private final long at;
        private @Nullable Future<?> alarm;
        private volatile boolean passed;

        private Deadline(long at) {
            this.at = at;
        }

        /** Whether the exchange was cancelled, whatever the client then threw. */
        boolean hasPassed() {
            return passed;
        }

        private void pass(Cancellable exchange) {
            passed = true;
            exchange.cancel();
        }

        @Override
        public void close() {
            current.remove();
            Future<?> pending = alarm;
            if (pending != null) {
                pending.cancel(false);
            }
        }
    }
}
