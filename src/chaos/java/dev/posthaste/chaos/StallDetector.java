package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;

/**
 * Notices when the machine does not run this program: what it does not run then, the nodes may not have run either. A thread
 * that wants to be woken fifty times a second, and writes down when it was not.
 */
final class StallDetector implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration NOTED = Duration.ofMillis(150);

    private final Recorder recorder;
    private final Thread thread = new Thread(this::watch, "stall-detector");
    private volatile boolean isClosed;

    StallDetector(Recorder recorder) {
        this.recorder = recorder;
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        Instant before = Instant.now();
        while (!isClosed) {
            try {
                Thread.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) {
                return;
            }
            Instant now = Instant.now();
            if (Duration.between(before, now).compareTo(NOTED) > 0) {
                recorder.stalled(new Interval(before, now));
            }
            before = now;
        }
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
    }
}
