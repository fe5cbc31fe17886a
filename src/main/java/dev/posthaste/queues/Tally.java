package dev.posthaste.queues;

/**
 * What has happened to jobs, each counted once in the transaction that makes it so, and never taken back. What was accepted
 * or retried and was not delivered, has not failed and was not cancelled is pending.
 *
 * @param accepted jobs that were pushed or replayed, and executions of crons; those that wait for pings are not
 * @param delivered attempts that succeeded
 * @param failedAttempts attempts that failed, whatever followed
 * @param retried failed attempts that another one follows
 * @param deadLettered chains that ended as dead letters
 * @param cancelled jobs that were pending, and will not be sent
 */
public record Tally(
        long accepted, long delivered, long failedAttempts, long retried, long deadLettered, long cancelled) {
    /** Nothing has happened. */
    public static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0);

    /** So many jobs came in. */
    public static Tally accepted(long jobs) {
        return new Tally(jobs, 0, 0, 0, 0, 0);
    }

    /** An attempt succeeded. */
    public static Tally ofDelivery() {
        return new Tally(0, 1, 0, 0, 0, 0);
    }

    /**
     * An attempt failed.
     *
     * @param isRetried whether another one follows
     * @param isDeadLetter whether its chain is a dead letter now
     */
    public static Tally ofFailure(boolean isRetried, boolean isDeadLetter) {
        return new Tally(0, 0, 1, isRetried ? 1 : 0, isDeadLetter ? 1 : 0, 0);
    }

    /** So many jobs will not be sent. */
    public static Tally cancelled(long jobs) {
        return new Tally(0, 0, 0, 0, 0, jobs);
    }

    /** Both. */
    public Tally plus(Tally other) {
        return new Tally(
                accepted + other.accepted,
                delivered + other.delivered,
                failedAttempts + other.failedAttempts,
                retried + other.retried,
                deadLettered + other.deadLettered,
                cancelled + other.cancelled);
    }
}
