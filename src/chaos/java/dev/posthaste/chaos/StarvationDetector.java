package dev.posthaste.chaos;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;

/**
 * Notices when others keep the processors busy: a thread that computes for ten milliseconds, ten times a second, and writes
 * down when it got less than two fifths of a processor for it, and how much it got. The nodes had no more then. What only sleeps and wakes does
 * not see it, because the system prefers it.
 */
final class StarvationDetector implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(90);
    private static final long WORK_NANOS = 10_000_000;
    private static final double STARVED = 2.5;

    private final Recorder recorder;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Thread thread = new Thread(this::watch, "starvation-detector");
    private volatile boolean isClosed;

    StarvationDetector(Recorder recorder) {
        this.recorder = recorder;
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        Instant since = Instant.now();
        while (!isClosed) {
            try {
                Thread.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) {
                return;
            }
            long began = System.nanoTime();
            long done = threads.getCurrentThreadCpuTime() + WORK_NANOS;
            while (threads.getCurrentThreadCpuTime() < done) {
                Thread.onSpinWait();
            }
            Instant now = Instant.now();
            long took = System.nanoTime() - began;
            if (took > STARVED * WORK_NANOS) {
                recorder.starved(new Starvation(since, now, (double) WORK_NANOS / took));
            }
            since = now;
        }
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
    }
}
