package dev.posthaste.delivery;

import dev.posthaste.alerts.AlertMessageDao;
import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.Run;
import dev.posthaste.lifecycle.Consequence;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.stats.Attempt;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How a firing ended, to be recorded in one transaction with all that follows from it. */
sealed interface Outcome {
    /** The firing that ends with this. */
    ClaimedOneShot shot();

    /**
     * An attempt has ended.
     *
     * @param run what is recorded of it
     * @param callbackBody what is reported to the callback URL, null when the job has none
     */
    record EndedAttempt(
            ClaimedOneShot shot,
            DueJob job,
            Run run,
            Consequence consequence,
            @Nullable String callbackBody) implements Outcome {
        /** What statistics count of it: late since it was due first, however often it was put off. */
        Attempt counted() {
            Duration lateness = Duration.between(job.scheduledAt(), run.startedAt());
            return new Attempt(
                    job.teamId(),
                    job.countedUnder(),
                    job.queue(),
                    Math.max(0, lateness.toMillis()),
                    run.durationMs(),
                    run.failureReason(),
                    consequence.chainStatus());
        }
    }

    /** A callback was tried. */
    record CallbackTried(ClaimedOneShot shot, long queueId, CallbackDao.Try callbackTry) implements Outcome {}

    /** A message about alerts was tried. */
    record AlertTried(ClaimedOneShot shot, long channelId, AlertMessageDao.Try messageTry) implements Outcome {}

    /**
     * An execution that waits for a ping is to be judged later.
     *
     * @param queueId the number of {@link dev.posthaste.jobs.NoQueue}
     * @param until when, by the database's clock
     */
    record AwaitsPing(ClaimedOneShot shot, long queueId, long executionId, Instant until) implements Outcome {}

    /**
     * A message is to be sent later.
     *
     * @param until when, by the database's clock
     */
    record PutOff(ClaimedOneShot shot, Instant until) implements Outcome {}

    /** There was nothing to send: what the trigger stands for is settled or gone. */
    record NothingToSend(ClaimedOneShot shot) implements Outcome {}
}
