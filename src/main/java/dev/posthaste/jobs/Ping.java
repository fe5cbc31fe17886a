package dev.posthaste.jobs;

import java.time.Instant;

/**
 * What somebody has reported of a fire at which nothing is sent.
 *
 * @param at when it came, by the database's clock
 * @param isFailure whether it says that what should have been done has failed
 */
public record Ping(Instant at, boolean isFailure) {}
