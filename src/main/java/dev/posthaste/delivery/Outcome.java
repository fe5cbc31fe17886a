package dev.posthaste.delivery;

import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.Run;
import dev.posthaste.lifecycle.Consequence;
import dev.posthaste.oneshots.FiredOneShot;
import org.jspecify.annotations.Nullable;

/** How a firing ended, to be recorded in one transaction with all that follows from it. */
sealed interface Outcome {
    /** The firing that ends with this. */
    FiredOneShot shot();

    /**
     * An attempt has ended.
     *
     * @param run what is recorded of it
     * @param callbackBody what is reported to the callback URL, null when the job has none
     */
    record EndedAttempt(
            FiredOneShot shot,
            DueJob job,
            Run run,
            Consequence consequence,
            @Nullable String callbackBody) implements Outcome {}

    /** A callback was tried. */
    record CallbackTried(FiredOneShot shot, long queueId, CallbackDao.Try callbackTry) implements Outcome {}

    /** There was nothing to send: what the trigger stands for is settled or gone. */
    record NothingToSend(FiredOneShot shot) implements Outcome {}
}
