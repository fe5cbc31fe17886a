package dev.posthaste.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * People who have the overview open and look at it: each follows the snapshots and asks for the graphs' points every half minute,
 * as the page does, and not at the same instants.
 */
final class Viewers implements AutoCloseable {
    private static final int SNAPSHOTS_FOR_GRAPHS = 15;

    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable IOException failure;
    private volatile boolean ends;

    private Viewers() {}

    /** What one of them does until it is over. */
    private interface Looking {
        void look(OpenPage page, int offset) throws IOException, InterruptedException;
    }

    /** Opens so many, who look as pages do. */
    static Viewers open(ServerProcess server, int count) throws IOException, InterruptedException {
        Viewers viewers = new Viewers();
        return viewers.open(server, count, viewers::follow);
    }

    /** Those who ask again and again instead, so often, as pages do behind some proxies; the graphs' points as often. */
    static Viewers asking(ServerProcess server, int count, Duration period) throws IOException, InterruptedException {
        Viewers viewers = new Viewers();
        long started = System.nanoTime();
        return viewers.open(
                server,
                count,
                (page, offset) -> viewers.ask(page, started + period.toNanos() * (offset + count) / count, period));
    }

    private Viewers open(ServerProcess server, int count, Looking looking) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            OpenPage page = OpenPage.signIn(server);
            int offset = i;
            Thread thread = new Thread(() -> look(looking, page, offset), "viewer-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        return this;
    }

    private void look(Looking looking, OpenPage page, int offset) {
        try {
            looking.look(page, offset);
        } catch (InterruptedException e) {
            // The page is closed.
        } catch (IOException e) {
            if (!ends) {
                failure = e;
            }
        }
    }

    private void follow(OpenPage page, int offset) throws IOException, InterruptedException {
        try (BufferedReader lines = page.follow("/api/overview/live")) {
            int turn = offset;
            String line = lines.readLine();
            while (line != null && !ends) {
                if (line.isEmpty() && turn++ % SNAPSHOTS_FOR_GRAPHS == 0) {
                    graphs(page);
                }
                line = lines.readLine();
            }
            if (line == null && !ends) {
                throw new IOException("a server has ended what a page follows");
            }
        }
    }

    private void ask(OpenPage page, long first, Duration period) throws IOException, InterruptedException {
        for (int turn = 0; !ends; turn++) {
            long due = first + turn * period.toNanos();
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            page.get("/api/overview");
            graphs(page);
        }
    }

    private static void graphs(OpenPage page) throws IOException, InterruptedException {
        page.get("/api/stats?step=60&from=" + Instant.now().minusSeconds(3_600));
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
