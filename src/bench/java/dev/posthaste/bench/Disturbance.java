package dev.posthaste.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What another queue's deliveries feel while something large is going on. */
final class Disturbance {
    /** Something large; returns how many it was about. */
    interface Work {
        long run() throws Exception;
    }

    /**
     * What came of it.
     *
     * @param lateness of the deliveries meanwhile, in milliseconds, sorted
     */
    record Result(long count, double seconds, List<Double> lateness) {
        double rate() {
            return count / seconds;
        }
    }

    private static final int FEW_PER_SECOND = 100;
    private static final Duration STRETCH = Duration.ofSeconds(2);

    private final int perSecond;
    private final PacedJobs paced;
    private final ReceiverProcess receiver;

    Disturbance(ApiClient client, ReceiverProcess receiver) {
        this(client, receiver, FEW_PER_SECOND);
    }

    /** With so many deliveries a second. */
    Disturbance(ApiClient client, ReceiverProcess receiver, int perSecond) {
        this.perSecond = perSecond;
        this.paced = new PacedJobs(client, receiver);
        this.receiver = receiver;
    }

    /** Latenesses with nothing going on. */
    List<Double> quiet() throws Exception {
        receiver.reset();
        paced.push("quiet", perSecond, STRETCH.multipliedBy(2));
        return receiver.lateness("quiet");
    }

    /** Does the work once deliveries have begun, which go on until it has ended. */
    Result during(Work work) throws Exception {
        receiver.reset();
        CompletableFuture<Result> running = CompletableFuture.supplyAsync(() -> timed(work));
        List<Double> lateness = new ArrayList<>();
        for (int stretch = 0; stretch == 0 || !running.isDone(); stretch++) {
            paced.push("stretch" + stretch, perSecond, STRETCH);
            lateness.addAll(receiver.lateness("stretch" + stretch));
        }
        Result done = running.get();
        return new Result(
                done.count(), done.seconds(), lateness.stream().sorted().toList());
    }

    private static Result timed(Work work) {
        long started = System.nanoTime();
        try {
            long count = work.run();
            return new Result(count, Callers.seconds(started), List.of());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
