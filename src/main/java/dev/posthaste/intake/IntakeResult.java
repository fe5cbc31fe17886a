package dev.posthaste.intake;

import java.util.List;
import java.util.Set;

/** What became of a submission. A database that is away surfaces as {@link IntakeUnavailableException} instead. */
public sealed interface IntakeResult {
    /** Committed, durably; the jobs in the order of the submission. {@code replayed}: this is a first call's answer, given again. */
    record Accepted(List<AcceptedJob> jobs, boolean replayed) implements IntakeResult {}

    /** The idempotency key was used within 24 hours with another body; nothing was accepted. */
    record KeyConflict() implements IntakeResult {}

    /** The token was revoked or has expired meanwhile; nothing was accepted. */
    record TokenRejected() implements IntakeResult {}

    /** The team's limit of intake is reached; nothing was accepted. After so many seconds it would be, if nobody else comes. */
    record LimitReached(long retryAfterSeconds, String sentence) implements IntakeResult {}

    /** More jobs at once than the team's limit of intake ever lets through; nothing was accepted. */
    record NeverFits(int maxAtOnce) implements IntakeResult {}

    /** Queues were deleted between being found and being used; {@link Intake} tries again, and gives up after a few times. */
    record QueueGone(Set<Long> queueIds) implements IntakeResult {}
}
