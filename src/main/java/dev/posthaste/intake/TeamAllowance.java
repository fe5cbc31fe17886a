package dev.posthaste.intake;

import java.time.Duration;
import java.util.Optional;

/**
 * What one team may push in one transaction: a bucket that holds a second's jobs and fills steadily, and the room below the
 * number of jobs that have not ended. Not thread-safe.
 */
final class TeamAllowance {
    /** Of sums of fractions. */
    private static final double SLIP = 1e-6;

    /** When jobs end nobody knows: a guess that makes no storm. */
    private static final long LOOK_AGAIN_SECONDS = 5;

    private final IntakeLimits limits;
    private double allowance;
    private long pending;

    /**
     * Begins with what was left of it.
     *
     * @param allowance jobs that the bucket held
     * @param since how long ago that was; a clock that was set back is taken for one that stood
     * @param pending jobs that have not ended
     */
    TeamAllowance(IntakeLimits limits, double allowance, Duration since, long pending) {
        this.limits = limits;
        this.allowance = filled(limits, allowance, since);
        this.pending = pending;
    }

    static double filled(IntakeLimits limits, double allowance, Duration since) {
        double more = Math.max(0, since.toMillis()) / 1e3 * limits.jobsPerSecond();
        return Math.min(limits.jobsPerSecond(), allowance + more);
    }

    /** Takes so many, all or none; what is returned is why not. */
    Optional<IntakeResult> take(int jobs) {
        if (jobs > limits.maxAtOnce()) {
            return Optional.of(new IntakeResult.NeverFits(limits.maxAtOnce()));
        }
        Optional<IntakeResult> tooFast = tooFast(limits, allowance, jobs);
        if (limits.hasPending() && pending + jobs > limits.pendingJobs()) {
            return Optional.of(tooMany());
        }
        if (tooFast.isPresent()) {
            return tooFast;
        }
        if (limits.hasRate()) {
            allowance -= jobs;
        }
        pending += jobs;
        return Optional.empty();
    }

    /** How many jobs have not ended, with those that were taken. */
    long pending() {
        return pending;
    }

    /** How many jobs the bucket holds. */
    double left() {
        return allowance;
    }

    /** Why the jobs cannot be taken from a bucket that holds so many; it says when they can. */
    static Optional<IntakeResult> tooFast(IntakeLimits limits, double allowance, int jobs) {
        if (!limits.hasRate() || allowance + SLIP >= jobs) {
            return Optional.empty();
        }
        long seconds = Math.max(1, (long) Math.ceil((jobs - allowance - SLIP) / limits.jobsPerSecond()));
        return Optional.of(new IntakeResult.LimitReached(
                seconds,
                "The team may push " + limits.jobsPerSecond() + " jobs a second, and has done so. Try again in "
                        + seconds + " s."));
    }

    private IntakeResult tooMany() {
        return new IntakeResult.LimitReached(
                LOOK_AGAIN_SECONDS,
                "The team may have " + limits.pendingJobs() + " jobs that have not ended, and has " + pending
                        + ". Try again when some have ended.");
    }
}
