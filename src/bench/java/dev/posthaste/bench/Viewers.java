package dev.posthaste.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * People who have the overview open and look at it: each asks for the snapshot every two seconds and for the graphs' points every
 * half minute, as the page does, and not at the same instants.
 */
final class Viewers implements AutoCloseable {
    /** As the page asks. */
    static final Duration PERIOD = Duration.ofSeconds(2);

    private static final int SNAPSHOTS_FOR_GRAPHS = 15;

    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable IOException failure;
    private volatile boolean ends;

    private final Duration period;

    private Viewers(Duration period) {
        this.period = period;
    }

    /** Opens so many, who look as often as pages do. */
    static Viewers open(ServerProcess server, int count) throws IOException, InterruptedException {
        return open(server, count, PERIOD);
    }

    /** @param period between two looks of one of them */
    static Viewers open(ServerProcess server, int count, Duration period) throws IOException, InterruptedException {
        Viewers viewers = new Viewers(period);
        long started = System.nanoTime();
        for (int i = 0; i < count; i++) {
            OpenPage page = OpenPage.signIn(server);
            long first = started + period.toNanos() * (i + count) / count;
            int offset = i % SNAPSHOTS_FOR_GRAPHS;
            Thread thread = new Thread(() -> viewers.look(page, first, offset), "viewer-" + i);
            thread.setDaemon(true);
            viewers.threads.add(thread);
            thread.start();
        }
        return viewers;
    }

    private void look(OpenPage page, long first, int offset) {
        try {
            for (int turn = 0; !ends; turn++) {
                long due = first + turn * period.toNanos();
                TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
                page.get("/api/overview");
                if ((turn + offset) % SNAPSHOTS_FOR_GRAPHS == 0) {
                    page.get("/api/stats?step=60&from=" + Instant.now().minusSeconds(3_600));
                }
            }
        } catch (InterruptedException e) {
            // The page is closed.
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Lets them look for so long. */
    void lookFor(Duration length) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(length.toNanos());
    }

    /** Closes them; what one of them was refused is told. */
    @Override
    public void close() throws IOException {
        ends = true;
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        IOException refused = failure;
        if (refused != null) {
            throw refused;
        }
    }
}
