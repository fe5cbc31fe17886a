package dev.posthaste.queues;

import dev.posthaste.jobs.FinalStatus;
import org.jspecify.annotations.Nullable;

/**
 * By how much a queue's counts change; {@code pending} counts whatever is not concluded, in flight or not.
 *
 * @param tally what has happened, which stays counted when what it happened to is removed
 */
public record CountChange(int pending, int completed, int failed, int deadLettered, Tally tally) {
    /** Nothing changes. */
    public static final CountChange NONE = new CountChange(0, 0, 0, 0);

    /** Something changes because of what has happened before, or is counted by {@link #and(Tally)}. */
    public CountChange(int pending, int completed, int failed, int deadLettered) {
        this(pending, completed, failed, deadLettered, Tally.NONE);
    }

    /** So many more jobs wait. */
    public static CountChange pending(int jobs) {
        return new CountChange(jobs, 0, 0, 0);
    }

    /** So many more jobs wait, which are new. */
    public static CountChange accepted(int jobs) {
        return pending(jobs).and(Tally.accepted(jobs));
    }

    /** So many jobs wait no more, and will not be sent. */
    public static CountChange cancelled(int jobs) {
        return pending(-jobs).and(Tally.cancelled(jobs));
    }

    /**
     * A chain that had been resolved is removed.
     *
     * @param end its original's final status
     * @param isReplayed whether it had left the dead letters before
     */
    public static CountChange removed(@Nullable FinalStatus end, boolean isReplayed) {
        if (end == FinalStatus.SUCCESS) {
            return new CountChange(0, -1, 0, 0);
        }
        if (end == FinalStatus.FAILED_NO_RETRIES) {
            return new CountChange(0, 0, -1, 0);
        }
        return end == FinalStatus.DEAD_LETTERED && !isReplayed ? new CountChange(0, 0, 0, -1) : NONE;
    }

    /** Both changes. */
    public CountChange and(CountChange other) {
        return new CountChange(
                pending + other.pending,
                completed + other.completed,
                failed + other.failed,
                deadLettered + other.deadLettered,
                tally.plus(other.tally));
    }

    /** The same change, because of this. */
    public CountChange and(Tally happened) {
        return new CountChange(pending, completed, failed, deadLettered, tally.plus(happened));
    }
}
