package dev.posthaste.chaos;

import java.time.Instant;

/**
 * A cron that fires each minute between two instants.
 *
 * @param asked before the call that made it
 * @param made after its answer
 * @param paused before the call that paused it
 */
record CronRow(long id, Instant asked, Instant made, Instant paused) {}
