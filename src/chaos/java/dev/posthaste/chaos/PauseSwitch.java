package dev.posthaste.chaos;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Pauses a queue and resumes it, again and again, on a thread of its own. */
final class PauseSwitch {
    /** A call without an answer, or with a 503, may still be done so much later, by a node that stood still. */
    private static final Duration MAY_COME_LATE = Duration.ofSeconds(20);

    private static final Duration AGAIN_AFTER = Duration.ofMillis(200);

    /** Longer than any fault, and what comes of it, keeps all nodes from answering. */
    private static final Duration GIVEN_UP_AFTER = Duration.ofMinutes(4);

    private final Cluster cluster;
    private final Recorder recorder;
    private final String queue;
    private final long queueId;
    private final Random random;
    private final Thread thread = new Thread(this::switchOnAndOff, "pause-switch");
    private volatile boolean isEnding;

    PauseSwitch(Cluster cluster, Recorder recorder, String queue, long queueId, long seed) {
        this.cluster = cluster;
        this.recorder = recorder;
        this.queue = queue;
        this.queueId = queueId;
        this.random = new Random(seed);
        thread.setDaemon(true);
    }

    void begin() {
        thread.start();
    }

    /** When a call was answered that it is done, and whether one before it may be done after that. */
    private record Done(Instant at, boolean mayComeAgain) {}

    private void switchOnAndOff() {
        try {
            while (!isEnding) {
                rest(3_000 + random.nextInt(6_000));
                Instant asked = Instant.now();
                Done paused = call("pause");
                rest(3_000 + random.nextInt(4_000));
                Instant until = Instant.now();
                Done resumed = call("resume");
                if (paused.mayComeAgain() || resumed.mayComeAgain()) {
                    TimeUnit.MILLISECONDS.sleep(MAY_COME_LATE.toMillis());
                    resumed = call("resume");
                    recorder.paused(new Pause(queue, asked, asked, asked, resumed.at()));
                } else {
                    recorder.paused(new Pause(queue, asked, paused.at(), until, resumed.at()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void rest(int millis) throws InterruptedException {
        for (int i = 0; i < millis / 100 && !isEnding; i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private Done call(String action) throws InterruptedException {
        boolean mayComeAgain = false;
        Instant until = Instant.now().plus(GIVEN_UP_AFTER);
        while (Instant.now().isBefore(until)) {
            ChaosNode node = cluster.next();
            Instant sent = Instant.now();
            HttpResponse<String> answer = answer(node, action);
            if (answer != null && answer.statusCode() == 200) {
                return new Done(Instant.now(), mayComeAgain);
            }
            if (answer != null && answer.statusCode() != 503) {
                recorder.odd(
                        "The " + action + " of a queue was answered with " + answer.statusCode() + " " + answer.body());
            }
            int status = answer == null ? Refusal.NO_ANSWER : answer.statusCode();
            recorder.refused(new Refusal("the " + action + " of a queue", node.index(), sent, Instant.now(), status));
            mayComeAgain = true;
            cluster.avoid(node);
            TimeUnit.MILLISECONDS.sleep(AGAIN_AFTER.toMillis());
        }
        recorder.odd("No node has done the " + action + " of a queue within " + GIVEN_UP_AFTER + ".");
        isEnding = true;
        return new Done(Instant.now(), false);
    }

    private @Nullable HttpResponse<String> answer(ChaosNode node, String action) {
        try {
            return Calls.post(node.port(), "/api/queues/" + queueId + "/" + action, "", null)
                    .join();
        } catch (CompletionException e) {
            return null;
        }
    }

    /** Returns when the queue has been resumed; the nodes must be well by now. */
    void end() throws InterruptedException {
        isEnding = true;
        thread.join();
    }
}
