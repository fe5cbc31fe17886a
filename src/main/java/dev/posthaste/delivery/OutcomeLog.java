package dev.posthaste.delivery;

import dev.posthaste.db.GroupCommit;
import dev.posthaste.db.SqlFailure;
import dev.posthaste.delivery.Outcome.AttemptMade;
import dev.posthaste.delivery.Outcome.EndedAttempt;
import dev.posthaste.jobs.Run;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has outcomes recorded durably, together with those of other deliveries. Thread-safe. */
final class OutcomeLog {
    private static final Logger LOG = LoggerFactory.getLogger(OutcomeLog.class);

    private final GroupCommit<Outcome, RecordOutcomes.Recorded> groups;

    OutcomeLog(GroupCommit<Outcome, RecordOutcomes.Recorded> groups) {
        this.groups = groups;
    }

    /**
     * Has the outcome recorded. What is returned completes once it is committed, however long the database is away, and
     * fails when it cannot be recorded: the firing is then made again.
     */
    CompletableFuture<?> record(Outcome outcome) throws InterruptedException {
        return groups.enqueue(outcome)
                .exceptionallyComposeAsync(failure -> recordBare(outcome, failure))
                .thenAccept(recorded -> warnIfFenced(outcome, recorded));
    }

    /** Whether outcomes cannot be recorded just now; they are kept until they can. */
    boolean isHeldUp() {
        return groups.isHeldUp();
    }

    private static void warnIfFenced(Outcome outcome, RecordOutcomes.Recorded recorded) {
        if (!recorded.owned()) {
            LOG.warn(
                    "The outcome of {} is not recorded: another node has taken it over, or it was recorded before"
                            + " the connection broke",
                    outcome.shot().key());
        }
    }

    /** Something in it cannot be kept; without that the outcome can, and the request is not sent for ever. */
    private CompletableFuture<RecordOutcomes.Recorded> recordBare(Outcome outcome, Throwable cause) {
        if (!(outcome instanceof AttemptMade made) || SqlFailure.isPassing(cause)) {
            return CompletableFuture.failedFuture(cause);
        }
        LOG.error(
                "What came of job {} could not be kept; its run is recorded without texts",
                made.attempt().job().id(),
                cause);
        try {
            return groups.enqueue(new AttemptMade(made.shot(), withoutTexts(made.attempt())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(e);
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
        return new EndedAttempt(attempt.job(), bare, attempt.consequence(), callback);
    }
}
