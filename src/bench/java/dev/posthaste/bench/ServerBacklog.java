package dev.posthaste.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/** A backlog of deliveries to the receiver through a whole server: pushed ahead of time, all due at one instant. */
final class ServerBacklog {
    /** Slower than any intake seen: a server that is not warm. */
    private static final double SLOWEST_INTAKE_PER_SECOND = 1_500;

    /** How much slower than the last time it may be. */
    private static final double SLOWER = 3;

    private final ApiClient client;
    private final PooledDatabase database;
    private final ReceiverProcess receiver;
    private double intakePerSecond = SLOWEST_INTAKE_PER_SECOND;

    ServerBacklog(ApiClient client, PooledDatabase database, ReceiverProcess receiver) {
        this.client = client;
        this.database = database;
        this.receiver = receiver;
    }

    /** Delivers so many jobs; returns how many a second, from the due instant to the commit of the last run. */
    double deliver(int count) throws Exception {
        return deliver(count, () -> {});
    }

    /** @param atDue at the instant at which the backlog is due */
    double deliver(int count, Contender.Step atDue) throws Exception {
        receiver.reset();
        long runsBefore = runs();
        long finishedBefore = finished();
        Instant due = push(count);
        Duration left = Duration.between(Instant.now(), due);
        if (left.isNegative()) {
            throw new IllegalStateException("the backlog was due before all of it was accepted");
        }
        TimeUnit.NANOSECONDS.sleep(left.toNanos());
        atDue.run();
        long started = System.nanoTime();
        // Nothing is asked of the receiver meanwhile: an outcome is committed after its request has arrived.
        Awaited.until(
                "the outcomes to be committed", Duration.ofMillis(10), () -> finished() >= finishedBefore + count);
        double rate = count / Callers.seconds(started);
        if (runs() != runsBefore + count) {
            throw new IllegalStateException((runs() - runsBefore) + " runs were recorded for " + count + " jobs");
        }
        if (receiver.requests() != count) {
            throw new IllegalStateException(receiver.requests() + " requests arrived for " + count + " jobs");
        }
        return rate;
    }

    /** All is accepted before it is due, but not long before: time that nobody works in warms nobody. */
    private Instant push(int count) throws Exception {
        Instant due = Instant.now()
                .plusMillis((long) (1_000 + count / intakePerSecond * 1_000))
                .truncatedTo(ChronoUnit.MILLIS);
        long started = System.nanoTime();
        client.pushMany(ApiClient.job("backlog", receiver.url("/hit"), due), count);
        intakePerSecond = Math.max(SLOWEST_INTAKE_PER_SECOND, count / Callers.seconds(started) / SLOWER);
        return due;
    }

    /** Counted in the transactions that record the runs, in a handful of rows: asking takes nothing from the server. */
    private long finished() throws Exception {
        return database.number("select coalesce(sum(completed + failed + dead_lettered), 0) from queue_counts");
    }

    private long runs() throws Exception {
        return database.number("select count(*) from runs");
    }
}
