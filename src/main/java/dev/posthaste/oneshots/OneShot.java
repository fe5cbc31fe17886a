package dev.posthaste.oneshots;

import java.time.Instant;

/**
 * A trigger that fires once, at or soon after its due instant.
 *
 * @param kind names the durable job detail that it sets off, see {@link FiringPort}
 * @param due by the database's clock; kept to the millisecond
 * @param priority within its group the higher one goes first among what is due
 * @param weight how many bytes its firing takes into memory; 0 for so few that the number of slots bounds them
 */
public record OneShot(OneShotKey key, String kind, Instant due, int priority, int weight) {
    /** One that weighs little. */
    public OneShot(OneShotKey key, String kind, Instant due, int priority) {
        this(key, kind, due, priority, 0);
    }
}
