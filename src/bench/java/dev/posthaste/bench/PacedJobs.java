package dev.posthaste.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/** Pushes jobs at a steady pace, each due a while after it is pushed, and has the receiver note how late they come. */
final class PacedJobs {
    private static final int CONNECTIONS = 8;
    private static final Duration AHEAD = Duration.ofMillis(700);

    private final ApiClient client;
    private final ReceiverProcess receiver;

    PacedJobs(ApiClient client, ReceiverProcess receiver) {
        this.client = client;
        this.receiver = receiver;
    }

    /** A warm-up: pushes some thousand jobs without a pause, and waits for the last arrival; returns nothing of interest. */
    double asFastAsItGoes() throws Exception {
        receiver.reset();
        push("warm", 100_000, Duration.ofMillis(50));
        return 0;
    }

    /** Pushes for so long, waits for the last arrival, and leaves the latenesses with the receiver under the name. */
    void push(String name, int perSecond, Duration duration) throws Exception {
        int total = (int) (perSecond * duration.toMillis() / 1_000);
        long started = System.nanoTime();
        Callers.rate(CONNECTIONS, total, number -> {
            long turn = started + number * 1_000_000_000L / perSecond;
            TimeUnit.NANOSECONDS.sleep(Math.max(0, turn - System.nanoTime()));
            Instant due = Instant.now().plus(AHEAD).truncatedTo(ChronoUnit.MILLIS);
            client.push(ApiClient.job("paced", receiver.url("/late/" + name + "/" + due.toEpochMilli()), due));
        });
        Awaited.until(
                "the paced jobs to arrive",
                Duration.ofMillis(100),
                () -> receiver.lateness(name).size() >= total);
    }
}
