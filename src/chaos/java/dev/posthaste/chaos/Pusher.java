package dev.posthaste.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.Api;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Pushes at a steady rate, whatever becomes of it, to nodes that answer. What has a key is repeated until it is known to be
 * accepted; what has none is repeated only where nobody can have got it. Thread-safe.
 */
final class Pusher implements AutoCloseable {
    /** A client that is not told when to come again comes after this, then after twice as long, up to the longest. */
    private static final long AGAIN_AFTER_MS = 250;

    private static final long AGAIN_AFTER_AT_MOST_MS = 2_000;

    private final Cluster cluster;
    private final Workload workload;
    private final Recorder recorder;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger open = new AtomicInteger();
    private @Nullable Future<?> pushing;
    private volatile boolean hasGivenUp;

    Pusher(Cluster cluster, Workload workload, Recorder recorder) {
        this.cluster = cluster;
        this.workload = workload;
        this.recorder = recorder;
    }

    /** An order on its way. Used by one thread after the other. */
    private static final class Way {
        private final Workload.Order order;
        private final Instant sent = Instant.now();
        private boolean mayBeThere;
        private long againAfterMs = AGAIN_AFTER_MS;

        Way(Workload.Order order) {
            this.order = order;
        }
    }

    void begin(int jobsASecond) {
        long pauseNanos = (long) (1e9 * workload.jobsOfAPush() / jobsASecond);
        pushing = timer.scheduleAtFixedRate(this::push, 0, pauseNanos, TimeUnit.NANOSECONDS);
    }

    private void push() {
        try {
            open.incrementAndGet();
            send(new Way(workload.next()));
        } catch (RuntimeException e) {
            recorder.odd("A push could not be made: " + e);
            open.decrementAndGet();
        }
    }

    private void send(Way way) {
        ChaosNode node = cluster.next();
        Instant sent = Instant.now();
        Future<?> unused = Calls.post(node.port(), way.order.path(), way.order.body(), way.order.key())
                .whenComplete((answer, failure) -> {
                    try {
                        if (failure == null) {
                            answered(way, node, sent, answer);
                        } else {
                            refused(way, node, sent, Refusal.NO_ANSWER);
                            failed(way, node, failure);
                        }
                    } catch (RuntimeException e) {
                        recorder.odd("The answer to " + way.order + " cannot be read: " + e);
                        open.decrementAndGet();
                    }
                });
    }

    private void refused(Way way, ChaosNode node, Instant sent, int status) {
        recorder.refused(new Refusal("push " + way.order.number(), node.index(), sent, Instant.now(), status));
    }

    private void answered(Way way, ChaosNode node, Instant sent, HttpResponse<String> answer) {
        if (answer.statusCode() == 201) {
            end(way, Push.Verdict.ACCEPTED, ids(way.order, Api.json(answer)));
            return;
        }
        refused(way, node, sent, answer.statusCode());
        cluster.avoid(node);
        if (answer.statusCode() != 503) {
            recorder.odd(way.order + " was answered with " + answer.statusCode() + " " + answer.body());
        }
        boolean isUnknown = answer.statusCode() != 503 || answer.body().contains("is not known");
        way.mayBeThere |= isUnknown;
        if (way.order.key() != null) {
            again(way);
        } else {
            end(way, verdict(way), List.of());
        }
    }

    private void failed(Way way, ChaosNode node, Throwable failure) {
        cluster.avoid(node);
        boolean wasSent = !neverArrived(failure);
        way.mayBeThere |= wasSent;
        if (way.order.key() != null || !wasSent) {
            again(way);
        } else {
            end(way, verdict(way), List.of());
        }
    }

    private static boolean neverArrived(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
                return true;
            }
        }
        return false;
    }

    private void again(Way way) {
        if (hasGivenUp) {
            end(way, verdict(way), List.of());
        } else {
            Future<?> unused = timer.schedule(() -> send(way), way.againAfterMs, TimeUnit.MILLISECONDS);
            way.againAfterMs = Math.min(2 * way.againAfterMs, AGAIN_AFTER_AT_MOST_MS);
        }
    }

    private static Push.Verdict verdict(Way way) {
        return way.mayBeThere ? Push.Verdict.UNKNOWN : Push.Verdict.REFUSED;
    }

    private void end(Way way, Push.Verdict verdict, List<Long> ids) {
        Workload.Order order = way.order;
        recorder.pushed(new Push(
                order.number(), order.key(), order.jobs(), order.delay(), verdict, ids, way.sent, Instant.now()));
        open.decrementAndGet();
    }

    private static List<Long> ids(Workload.Order order, JsonNode answer) {
        return order.jobs() == 1
                ? List.of(answer.get("job_id").asLong())
                : answer.get("jobs").findValues("job_id").stream()
                        .map(JsonNode::asLong)
                        .toList();
    }

    /** Nothing new is pushed from now on. */
    void end() {
        if (pushing != null) {
            pushing.cancel(false);
        }
    }

    /** Returns when it is known what became of each push, or when the time is over. */
    void awaitAnswers(Duration most) throws InterruptedException {
        Instant until = Instant.now().plus(most);
        while (open.get() > 0) {
            if (Instant.now().isAfter(until) && !hasGivenUp) {
                hasGivenUp = true;
                recorder.odd(open.get() + " pushes were not accepted within " + most + " after all was healed.");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
