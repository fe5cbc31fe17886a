package dev.posthaste.intake;

import dev.posthaste.queues.PendingJobs;
import java.time.Duration;
import java.time.Instant;

/**
 * What is known of the number of a team's jobs that have not ended: a sum over its queues, with what was pushed since. Never
 * too low for want of a push, because all of them add to it; for a moment too high, because jobs end without being told
 * here.
 *
 * @param jobs the sum and what was pushed since
 * @param counts rows that the sum took: what it costs to have it anew
 * @param summedAt by the database's clock
 */
record PendingCount(long jobs, int counts, Instant summedAt) {
    /** Also how long replays, and pushes to nodes without the limit, may go uncounted. */
    static final Duration MAX_AGE = Duration.ofSeconds(1);

    /** So many are summed up in about a millisecond. */
    static final int FEW_COUNTS = 1_000;

    static PendingCount of(PendingJobs sum, Instant now) {
        return new PendingCount(sum.jobs(), sum.counts(), now);
    }

    /**
     * Whether so many jobs can be judged by it. Who does not fit by an old sum may fit by a new one, which is not denied to
     * him where it is cheap.
     */
    boolean isGoodFor(long jobsMore, int maxPending, Instant now) {
        Duration age = Duration.between(summedAt, now);
        boolean isRecent = !age.isNegative() && age.compareTo(MAX_AGE) < 0;
        return isRecent && (jobs + jobsMore <= maxPending || counts > FEW_COUNTS);
    }

    PendingCount plus(long pushed) {
        return new PendingCount(jobs + pushed, counts, summedAt);
    }
}
