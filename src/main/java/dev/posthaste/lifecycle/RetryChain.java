package dev.posthaste.lifecycle;

import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobStatus;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** What follows when an attempt succeeded, whichever it was. */
    public static Consequence afterSuccess() {
        return new Consequence(JobStatus.COMPLETED, FinalStatus.SUCCESS, FinalStatus.SUCCESS, null);
    }

    /**
     * What follows when attempt {@code attemptNumber} (from 1 on) failed, for whatever reason.
     *
     * @param retryAfter what a 429 or 503 asked for in {@code Retry-After}, already capped; null when it asked for nothing
     */
    public Consequence afterFailure(int attemptNumber, @Nullable Duration retryAfter) {
        if (attemptNumber <= delaysSeconds.size()) {
            FinalStatus own = attemptNumber == 1 ? FinalStatus.RETRYING : FinalStatus.FAILED_WITH_RETRIES;
            Duration planned = Duration.ofSeconds(delaysSeconds.get(attemptNumber - 1));
            boolean isLater = retryAfter != null && retryAfter.compareTo(planned) > 0;
            return new Consequence(JobStatus.FAILED, own, null, isLater ? retryAfter : planned);
        }
        FinalStatus end = attemptNumber == 1 ? FinalStatus.FAILED_NO_RETRIES : FinalStatus.DEAD_LETTERED;
        return new Consequence(JobStatus.FAILED, end, end, null);
    }
}
