package dev.posthaste.delivery;

import dev.posthaste.delivery.Outcome.EndedAttempt;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.sql.StorableText;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has ended attempts recorded, and tells the operator of those that failed. Thread-safe. */
final class AttemptLog {
    private static final Logger LOG = LoggerFactory.getLogger(AttemptLog.class);

    private final OutcomeLog outcomes;
    private final EndedAttempts endedAttempts;
    private final LogFields fields;

    AttemptLog(OutcomeLog outcomes, EndedAttempts endedAttempts, LogFields fields) {
        this.outcomes = outcomes;
        this.endedAttempts = endedAttempts;
        this.fields = fields;
    }

    /** What an operator calls it. */
    static String named(DueJob job) {
        return job.cron() == null
                ? "Job " + job.id() + " of queue " + StorableText.quoted(String.valueOf(job.queue()))
                : "Execution " + job.originalJobId() + " of cron " + job.cron().id();
    }

    /**
     * As {@link OutcomeLog#record(Outcome, Runnable)} does; what failed is told when it is recorded.
     *
     * @param letGo run when nothing of what came is held any more
     */
    CompletableFuture<?> record(EndedAttempt attempt, Runnable letGo) throws InterruptedException {
        CompletableFuture<?> recorded = outcomes.record(attempt, letGo);
        return attempt.run().failureReason() == null ? recorded : recorded.thenRun(() -> tell(attempt));
    }

    private void tell(EndedAttempt attempt) {
        FailureReason reason = attempt.run().failureReason();
        if (reason != null) {
            DueJob job = attempt.job();
            fields.of(job, reason)
                    .say(() -> LOG.info(
                            "{} failed on attempt {}: {} {} It is now {}.",
                            named(job),
                            job.attemptNumber(),
                            reason.contractName() + ",",
                            endedAttempts.shownMessage(attempt),
                            attempt.consequence().finalStatus().contractName()));
        }
    }
}
