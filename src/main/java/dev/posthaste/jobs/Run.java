package dev.posthaste.jobs;

import dev.posthaste.redaction.Masks;
import dev.posthaste.redaction.Redaction;
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
        @Nullable String errorMessage) {
    /** The same run with masks for what is not shown. */
    public Run shown(Masks masks, Redaction redaction) {
        return new Run(
                id,
                jobId,
                startedAt,
                executedAt,
                durationMs,
                masks.headers(requestHeaders, redaction),
                masks.body(requestBody, redaction),
                responseStatus,
                masks.headersOrNull(responseHeaders, redaction),
                masks.responseBody(responseBody, redaction),
                masks.responseEncoding(responseEncoding, redaction),
                responseTruncated,
                failureReason,
                shownMessage(masks, redaction));
    }

    /** The message as it is shown; null for a success. */
    public @Nullable String shownMessage(Masks masks, Redaction redaction) {
        return shownMessage(failureReason, errorMessage, masks, redaction);
    }

    /** Only success assertions quote what a receiver has answered. */
    static @Nullable String shownMessage(
            @Nullable FailureReason reason, @Nullable String message, Masks masks, Redaction redaction) {
        return reason == FailureReason.ASSERTION_FAILED ? masks.objection(message, redaction) : message;
    }
}
