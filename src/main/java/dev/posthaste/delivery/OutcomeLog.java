package dev.posthaste.delivery;

import dev.posthaste.delivery.Outcome.EndedAttempt;
import dev.posthaste.jobs.Run;
import dev.posthaste.sql.GroupCommit;
import dev.posthaste.sql.SqlFailure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has outcomes recorded durably, together with those of other deliveries. Thread-safe. */
final class OutcomeLog {
    private static final Logger LOG = LoggerFactory.getLogger(OutcomeLog.class);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Duration MAX_PAUSE = Duration.ofSeconds(60);

    private final GroupCommit<Outcome, Boolean> groups;
    private final ToldWay told;

    OutcomeLog(GroupCommit<Outcome, Boolean> groups, ToldWay told) {
        this.groups = groups;
        this.told = told;
    }

    /**
     * Has the outcome recorded. What is returned completes once it is committed, however long that takes: what has happened
     * is not made again because it could not be written down. It fails only when this node is stopping.
     */
    CompletableFuture<?> record(Outcome outcome) throws InterruptedException {
        return record(outcome, () -> {});
    }

    /**
     * The same, where what came takes room.
     *
     * @param letGo run when nothing of it is held any more
     */
    CompletableFuture<?> record(Outcome outcome, Runnable letGo) throws InterruptedException {
        return groups.enqueue(outcome)
                .whenComplete((any, failure) -> letGo.run())
                .exceptionallyComposeAsync(failure -> recordBare(outcome, failure))
                .thenAccept(wasOurs -> {
                    warnIfFenced(outcome, wasOurs);
                    told.recorded(outcome, wasOurs);
                });
    }

    /** Whether outcomes cannot be recorded just now; they are kept until they can. */
    boolean isHeldUp() {
        return groups.isHeldUp();
    }

    private static void warnIfFenced(Outcome outcome, boolean wasOurs) {
        if (!wasOurs) {
            LOG.warn(
                    "The outcome of {} is not recorded: another node has taken it over, or it was recorded before"
                            + " the connection broke",
                    outcome.shot().key());
        }
    }

    /** Something in it cannot be kept; without that the outcome can, and the request is not sent for ever. */
    private CompletableFuture<Boolean> recordBare(Outcome outcome, Throwable cause) {
        if (!(outcome instanceof EndedAttempt attempt)) {
            return recordLater(outcome, cause, FIRST_PAUSE);
        }
        if (SqlFailure.isPassing(cause)) {
            return CompletableFuture.failedFuture(cause);
        }
        LOG.error(
                "What came of job {} could not be kept; its run is recorded without texts",
                attempt.job().id(),
                cause);
        Outcome bare = withoutTexts(attempt);
        return enqueue(bare).exceptionallyComposeAsync(failure -> recordLater(bare, failure, FIRST_PAUSE));
    }

    /** A fault of ours, or of the database's contents: its slot stays taken until somebody has mended it. */
    private CompletableFuture<Boolean> recordLater(Outcome outcome, Throwable cause, Duration pause) {
        if (SqlFailure.isPassing(cause)) {
            return CompletableFuture.failedFuture(cause);
        }
        LOG.error(
                "What came of {} cannot be recorded at all; it is tried again in {} s, and not sent again before this node"
                        + " ends",
                outcome.shot().key(),
                pause.toSeconds(),
                cause);
        Duration next = pause.compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
        return CompletableFuture.runAsync(
                        () -> {}, CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS))
                .thenCompose(any -> enqueue(outcome))
                .exceptionallyComposeAsync(failure -> recordLater(outcome, failure, next));
    }

    private CompletableFuture<Boolean> enqueue(Outcome outcome) {
        try {
            return groups.enqueue(outcome);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(new SQLException("interrupted by the end of this node", "57P01", e));
        }
    }

    private static EndedAttempt withoutTexts(EndedAttempt attempt) {
        Run run = attempt.run();
        Run bare = new Run(
                run.id(),
                run.jobId(),
                run.startedAt(),
                run.executedAt(),
                run.durationMs(),
                Map.of(),
                null,
                run.responseStatus(),
                null,
                null,
                null,
                true,
                run.failureReason(),
                "What came of the request could not be kept.");
        String callback =
                attempt.callbackBody() == null ? null : CallbackBody.of(attempt.job(), bare, attempt.consequence());
        return new EndedAttempt(attempt.shot(), attempt.job(), bare, attempt.consequence(), callback);
    }
}
