package dev.posthaste.delivery;

import dev.posthaste.jobs.FailureReason;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a request went.
 *
 * @param answer null when none came; it may have come and been cut off by a failure
 * @param failure null for a 2xx answer for which every assertion holds
 * @param message a sentence for a person, null without a failure
 */
public record Exchange(
        Instant startedAt,
        Duration took,
        @Nullable Answer answer,
        @Nullable FailureReason failure,
        @Nullable String message) {}
