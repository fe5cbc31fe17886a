package dev.posthaste.recurring;

/**
 * A cron whose row the transaction has locked, as it is before an end is recorded.
 *
 * @param alertThreshold so many failures in a row make an alert
 * @param isAlerted whether there is one that is not over
 */
public record HeldCron(
        long id, long teamId, String name, int alertThreshold, int consecutiveFailures, boolean isAlerted) {}
