package dev.posthaste.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.JobStatus;
import dev.posthaste.jobs.Run;
import dev.posthaste.lifecycle.Consequence;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a callback says: the contract's object, its fields in that order. {@code response_encoding} is there only for a
 * body that is given as base64.
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record CallbackBody(
        String event,
        long jobId,
        long originalJobId,
        long queueId,
        String queue,
        String url,
        String method,
        String status,
        String finalStatus,
        @JsonProperty("final") boolean isFinal,

        int attemptNumber,
        @JsonProperty("is_retry") boolean isRetry,

        String scheduledAt,
        String startedAt,
        @Nullable String executedAt,
        @Nullable Integer durationMs,
        @Nullable Integer responseStatus,
        @Nullable Map<String, String> responseHeaders,
        @Nullable String responseBody,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String responseEncoding,

        @Nullable String failureReason,
        @Nullable String errorMessage) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter SECONDS = formatter("yyyy-MM-dd'T'HH:mm:ssxxx");
    private static final DateTimeFormatter MILLISECONDS = formatter("yyyy-MM-dd'T'HH:mm:ss.SSSxxx");

    /** The report of an ended attempt, as JSON text. */
    static String of(DueJob job, Run run, Consequence consequence) {
        boolean isCompleted = consequence.status() == JobStatus.COMPLETED;
        FailureReason reason = run.failureReason();
        CallbackBody body = new CallbackBody(
                isCompleted ? "job.completed" : "job.failed",
                job.id(),
                job.originalJobId(),
                job.queueId(),
                job.queue(),
                job.request().url(),
                job.request().method(),
                consequence.status().wireName(),
                consequence.finalStatus().wireName(),
                consequence.isFinal(),
                job.attemptNumber(),
                job.isRetry(),
                SECONDS.format(job.scheduledAt()),
                MILLISECONDS.format(run.startedAt()),
                format(run.executedAt()),
                run.durationMs(),
                run.responseStatus(),
                run.responseHeaders(),
                run.responseBody(),
                run.responseEncoding(),
                reason == null ? null : reason.wireName(),
                run.errorMessage());
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a callback that cannot be written as JSON", e);
        }
    }

    private static @Nullable String format(@Nullable Instant instant) {
        return instant == null ? null : MILLISECONDS.format(instant);
    }

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }
}
