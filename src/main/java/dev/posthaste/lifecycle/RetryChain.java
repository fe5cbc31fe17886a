package dev.posthaste.lifecycle;

import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobStatus;
import java.time.Duration;
import java.util.List;

/**
 * Decides what follows from an attempt of a retry chain: attempt n is followed by attempt n + 1 after the n-th delay,
 * and the attempt behind the last delay is the last. Immutable.
 *
 * @param delaysSeconds empty for no retries
 */
public record RetryChain(List<Integer> delaysSeconds) {
    /** Copies the list. */
    public RetryChain {
        delaysSeconds = List.copyOf(delaysSeconds);
    }

    /** What follows when attempt {@code attemptNumber} (from 1 on) went like this. */
    public Consequence after(int attemptNumber, AttemptResult result) {
        if (result instanceof AttemptResult.Failed failed) {
            return afterFailure(attemptNumber, failed);
        }
        return new Consequence(JobStatus.COMPLETED, FinalStatus.SUCCESS, FinalStatus.SUCCESS, null);
    }

    private Consequence afterFailure(int attemptNumber, AttemptResult.Failed failed) {
        if (attemptNumber <= delaysSeconds.size()) {
            FinalStatus own = attemptNumber == 1 ? FinalStatus.RETRYING : FinalStatus.FAILED_WITH_RETRIES;
            return new Consequence(JobStatus.FAILED, own, null, delayAfter(attemptNumber, failed));
        }
        FinalStatus end = attemptNumber == 1 ? FinalStatus.FAILED_NO_RETRIES : FinalStatus.DEAD_LETTERED;
        return new Consequence(JobStatus.FAILED, end, end, null);
    }

    private Duration delayAfter(int attemptNumber, AttemptResult.Failed failed) {
        Duration planned = Duration.ofSeconds(delaysSeconds.get(attemptNumber - 1));
        Duration asked = failed.retryAfter();
        return asked != null && asked.compareTo(planned) > 0 ? asked : planned;
    }
}
