package dev.posthaste.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The report of one finished attempt to the job's callback URL, and how its delivery went.
 *
 * @param attempts tries made so far, at most five
 * @param nextAttemptAt null once it is delivered or has failed
 * @param lastResponseStatus null while no answer came
 * @param lastFailureReason null while no try has failed
 * @param deliveredAt null until a 2xx answered
 */
public record Callback(
        long id,
        long jobId,
        String url,
        CallbackStatus status,
        int attempts,
        @Nullable Instant nextAttemptAt,
        @Nullable Integer lastResponseStatus,
        @Nullable FailureReason lastFailureReason,
        @Nullable Instant deliveredAt) {}
