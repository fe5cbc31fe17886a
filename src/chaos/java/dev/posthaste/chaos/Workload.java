package dev.posthaste.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is pushed, drawn from a seed: delays, failing attempts with and without retries, callbacks some of whose tries fail,
 * queues with limits and one that is paused now and then, batches, and pushes with and without a key. Not thread-safe.
 */
final class Workload {
    static final String PLAIN = "plain";
    static final String LIMITED = "limited";
    static final String RATED = "rated";
    static final String PAUSED = "paused";

    /** Of the attempts of a cron that fail. */
    static final Duration CRON_RETRY = Duration.ofSeconds(2);

    private static final List<Duration> RETRIES = List.of(Duration.ofSeconds(1), Duration.ofSeconds(2));

    private static final int BATCH = 5;

    /** What is pushed at once for the queue with a rate takes so long by it, whatever the rate is. */
    private static final int BURST_SECONDS = 12;

    /** Of all jobs, on average: with their retries less than the queue lets through. */
    private static final double RATED_SHARE = 0.08;

    private static final int ALWAYS = 99;

    private final Random random;
    private final Receiver receiver;
    private final int rate;
    private long number;

    /** @param rate jobs a second: the limits are such that they bite and do not hold up for ever */
    Workload(long seed, Receiver receiver, int rate) {
        this.random = new Random(seed);
        this.receiver = receiver;
        this.rate = rate;
    }

    /** A push that is to be made. */
    record Order(long number, @Nullable String key, int jobs, Duration delay, String path, String body) {}

    List<GateLimit> gates() {
        return List.of(
                new GateLimit(LIMITED, Math.max(2, rate / 10), null), new GateLimit(RATED, null, ratePerSecond()));
    }

    private int ratePerSecond() {
        return Math.max(3, rate / 6);
    }

    private int burst() {
        return BURST_SECONDS * ratePerSecond();
    }

    /** One push of so many is a burst. */
    private int burstEvery() {
        return (int) Math.round(burst() * (1 - RATED_SHARE) / RATED_SHARE / jobsOfAnotherPush()) + 1;
    }

    private static double jobsOfAnotherPush() {
        return 0.9 + 0.1 * BATCH;
    }

    /** How many jobs a push has on average. */
    double jobsOfAPush() {
        return (burst() + (burstEvery() - 1) * jobsOfAnotherPush()) / burstEvery();
    }

    Order next() {
        number++;
        Duration delay = Duration.ofSeconds(delaySeconds());
        if (number % burstEvery() == burstEvery() / 4) {
            // All at once, and more than any allowance: without the limit they come so.
            return batch("key-" + number, burst(), delay, RATED);
        }
        String key = chance(65) ? "key-" + number : null;
        if (!chance(10)) {
            return new Order(number, key, 1, delay, "/api/jobs", job(0, delay, queue()));
        }
        return batch(key, BATCH, delay, null);
    }

    /** @param queue null for one that is drawn for each job */
    private Order batch(@Nullable String key, int jobs, Duration delay, @Nullable String queue) {
        String each = IntStream.range(0, jobs)
                .mapToObj(place -> job(place, delay, queue == null ? queue() : queue))
                .collect(Collectors.joining(", "));
        return new Order(number, key, jobs, delay, "/api/jobs/batch", "{\"jobs\": [" + each + "]}");
    }

    /** What is asked for a job, or an execution, that goes there: after these pauses it is tried again. */
    static List<Duration> retryDelays(Target target) {
        if (target.kind().equals(Target.CRON)) {
            return target.fails() == 0 ? List.of() : List.of(CRON_RETRY);
        }
        boolean isNotTriedAgain = target.fails() == ALWAYS && (target.push() + target.place()) % 5 < 2;
        return isNotTriedAgain ? List.of() : RETRIES;
    }

    private int delaySeconds() {
        if (chance(50)) {
            return 0;
        }
        return chance(8) ? 15 : 1 + random.nextInt(6);
    }

    private String job(int place, Duration delay, String queue) {
        int fails = fails();
        Target target = new Target(Target.WORK, number, place, fails, takesMs(queue));
        List<Long> retries =
                retryDelays(target).stream().map(Duration::toSeconds).toList();
        String callback = "";
        if (chance(30)) {
            Target called = new Target(Target.CALLBACK, number, place, chance(10) ? 1 : 0, random.nextInt(100));
            callback = ", \"callback_url\": \"" + receiver.url(called) + "\"";
        }
        return "{\"queue\": \"" + queue + "\", \"url\": \"" + receiver.url(target) + "\", \"delay\": "
                + delay.toSeconds() + ", \"retry_delays\": " + retries + ", \"payload\": "
                + payload(number, place, queue, !callback.isEmpty()) + callback
                + "}";
    }

    /**
     * Sent as it is spelt here, so that what comes tells what was asked for, whatever became of the push and whatever stands in
     * the tables.
     */
    static String payload(long push, int place, @Nullable String queue, boolean wantsCallback) {
        return "{\"n\": " + push + ", \"place\": " + place + ", \"queue\": \"" + queue + "\", \"callback\": "
                + wantsCallback + "}";
    }

    private String queue() {
        int drawn = random.nextInt(100);
        if (drawn < 12) {
            return LIMITED;
        }
        return drawn < 24 ? PAUSED : PLAIN;
    }

    private int fails() {
        int drawn = random.nextInt(100);
        if (drawn < 4) {
            return ALWAYS;
        }
        return drawn < 19 ? 1 : 0;
    }

    private int takesMs(String queue) {
        if (queue.equals(LIMITED)) {
            return 100 + random.nextInt(300);
        }
        return chance(4) ? 1_500 : 2 + random.nextInt(300);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
