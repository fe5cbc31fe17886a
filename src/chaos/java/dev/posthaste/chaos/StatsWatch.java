package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Looks again and again, at one node after the other, whether a counter has fallen: none ever does. */
final class StatsWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Cluster cluster;
    private final StatsReading stats;
    private final Recorder recorder;
    private final Thread thread = new Thread(this::watch, "stats-watch");
    private final ToldCounters counters = new ToldCounters();

    StatsWatch(Cluster cluster, StatsReading stats, Recorder recorder) {
        this.cluster = cluster;
        this.stats = stats;
        this.recorder = recorder;
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            for (int i = 0; ; i = (i + 1) % cluster.nodes().size()) {
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
                tryToLook(cluster.node(i));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tryToLook(ChaosNode node) throws InterruptedException {
        try {
            look(node);
        } catch (RuntimeException e) {
            recorder.odd("What node " + node.index() + " tells of its counters cannot be read: " + e);
        }
    }

    private void look(ChaosNode node) throws InterruptedException {
        if (node.port() == 0) {
            return;
        }
        Instant asked = Instant.now();
        Optional<Counters> told = stats.of(node);
        Instant at = Instant.now();
        told.ifPresentOrElse(
                now -> counters.answered(node.index(), asked, at, now)
                        .ifPresent(more -> recorder.odd(
                                "Node " + node.index() + " tells " + now + ", less than was told before: " + more)),
                () -> counters.unanswered(node.index(), asked));
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
