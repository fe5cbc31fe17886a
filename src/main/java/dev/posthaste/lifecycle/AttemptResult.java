package dev.posthaste.lifecycle;

import dev.posthaste.jobs.FailureReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How an attempt went, as far as what follows depends on it. */
public sealed interface AttemptResult {
    /** A 2xx answered, and every assertion of the queue holds. */
    record Succeeded() implements AttemptResult {}

    /**
     * Anything else.
     *
     * @param retryAfter what a 429 or 503 asked for in {@code Retry-After}, already capped; null when it asked for nothing
     */
    record Failed(FailureReason reason, @Nullable Duration retryAfter) implements AttemptResult {}
}
