package dev.posthaste.jobs;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One try to send a job's request, also where nothing left the machine.
 *
 * @param startedAt when the delivery began, by the database's clock
 * @param executedAt when it ended; null for an interrupted run, whose end nobody saw
 * @param durationMs from the start of the exchange to its end, in milliseconds; null for an interrupted run
 * @param requestHeaders the headers as they were sent, ours included
 * @param requestBody the body as it was sent, null for none
 * @param responseStatus null when no answer came
 * @param responseHeaders null when no answer came
 * @param responseBody of at most the configured bytes, as base64 when {@code responseEncoding} says so; null when no answer came
 * @param responseEncoding {@code base64} or null
 * @param failureReason null for a success
 * @param errorMessage a sentence for a person, null for a success
 */
public record Run(
        long id,
        long jobId,
        Instant startedAt,
        @Nullable Instant executedAt,
        @Nullable Integer durationMs,
        Map<String, String> requestHeaders,
        @Nullable String requestBody,
        @Nullable Integer responseStatus,
        @Nullable Map<String, String> responseHeaders,
        @Nullable String responseBody,
        @Nullable String responseEncoding,
        boolean responseTruncated,
        @Nullable FailureReason failureReason,
        @Nullable String errorMessage) {}
