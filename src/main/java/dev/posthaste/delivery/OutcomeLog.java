package dev.posthaste.delivery;

import dev.posthaste.db.GroupCommit;
import dev.posthaste.delivery.Outcome.AttemptMade;
import dev.posthaste.delivery.Outcome.EndedAttempt;
import dev.posthaste.jobs.Run;
import java.sql.SQLException;
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
     * Returns once the outcome is committed; waits as long as the database is away.
     *
     * @throws IllegalStateException when it could not be recorded: the firing is then made again
     */
    void record(Outcome outcome) throws InterruptedException {
        try {
            RecordOutcomes.Recorded recorded = groups.submit(outcome);
            if (!recorded.owned()) {
                LOG.warn(
                        "The outcome of {} is not recorded: another node has taken it over, or it was recorded before"
                                + " the connection broke",
                        outcome.shot().key());
            }
        } catch (SQLException e) {
            recordWithoutAnswer(outcome, e);
        }
    }

    /** Something in the answer cannot be kept; without it the outcome can, and the request is not sent for ever. */
    private void recordWithoutAnswer(Outcome outcome, SQLException cause) throws InterruptedException {
        if (!(outcome instanceof AttemptMade made) || made.attempt().run().responseHeaders() == null) {
            throw new IllegalStateException("the outcome could not be recorded", cause);
        }
        LOG.error(
                "The answer to job {} could not be kept; its run is recorded without it",
                made.attempt().job().id(),
                cause);
        try {
            groups.submit(new AttemptMade(made.shot(), withoutAnswer(made.attempt())));
        } catch (SQLException e) {
            e.addSuppressed(cause);
            throw new IllegalStateException("the outcome could not be recorded", e);
        }
    }

    private static EndedAttempt withoutAnswer(EndedAttempt attempt) {
        Run run = attempt.run();
        Run bare = new Run(
                run.id(),
                run.jobId(),
                run.startedAt(),
                run.executedAt(),
                run.durationMs(),
                run.requestHeaders(),
                run.requestBody(),
                run.responseStatus(),
                null,
                null,
                null,
                true,
                run.failureReason(),
                "The endpoint's answer could not be kept.");
        return new EndedAttempt(attempt.job(), bare, attempt.consequence(), attempt.callbackBody());
    }
}
