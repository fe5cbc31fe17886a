package dev.posthaste.chaos;

import java.time.Instant;

/** A cron that fires each minute between two instants: after it was made, and before it was paused. */
record CronRow(long id, Instant made, Instant paused) {}
