package dev.posthaste.intake;

import dev.posthaste.sql.CommitUnknownException;
import dev.posthaste.sql.GroupCommit;
import dev.posthaste.sql.SqlFailure;
import java.sql.SQLException;
import java.util.Optional;

/** Accepts jobs, in groups: concurrent submissions share a transaction, see {@link GroupCommit}. Thread-safe. */
public final class Intake {
    private static final int QUEUE_TRIES = 5;

    private final QueueResolver queues;
    private final TeamLimit limit;
    private final GroupCommit<ResolvedSubmission, IntakeResult> groups;

    /** The group commit must do the work of an {@link AcceptJobs}. Closing it is the caller's. */
    public Intake(QueueResolver queues, TeamLimit limit, GroupCommit<ResolvedSubmission, IntakeResult> groups) {
        this.queues = queues;
        this.limit = limit;
        this.groups = groups;
    }

    /**
     * Makes the submission's jobs durable together with their triggers, and returns after the commit.
     *
     * @throws IntakeUnavailableException when the database cannot be reached, or broke off during the commit
     */
    public IntakeResult accept(Submission submission) {
        Optional<IntakeResult> refusal = limit.refusal(submission);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        try {
            for (int i = 1; ; i++) {
                IntakeResult result = groups.submit(queues.resolve(submission));
                if (!(result instanceof IntakeResult.QueueGone gone)) {
                    return result;
                }
                queues.forget(gone.queueIds());
                if (i == QUEUE_TRIES) {
                    throw new IllegalStateException("a queue was deleted " + i + " times while jobs were pushed to it");
                }
            }
        } catch (SQLException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IntakeUnavailableException(true, e);
        }
    }

    private static RuntimeException failure(SQLException e) {
        if (e instanceof CommitUnknownException) {
            return new IntakeUnavailableException(true, e);
        }
        return SqlFailure.isPassing(e)
                ? new IntakeUnavailableException(false, e)
                : new IllegalStateException("the submission could not be written", e);
    }
}
