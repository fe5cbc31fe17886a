package dev.posthaste.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractName;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.JobStatus;
import dev.posthaste.jobs.Run;
import dev.posthaste.lifecycle.Consequence;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a callback says: the contract's object, its fields in that order. {@code response_encoding} is there only for a
 * body that is given as base64, and {@code cron_id} only for the execution of a cron.
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record CallbackBody(
        String event,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long cronId,

        long jobId,
        long originalJobId,
        @Nullable Long queueId,
        @Nullable String queue,
        @Nullable String url,
        @Nullable String method,
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

    /** The report of an ended attempt, as JSON text. */
    static String of(DueJob job, Run run, Consequence consequence) {
        boolean isCompleted = consequence.status() == JobStatus.COMPLETED;
        DueJob.OfCron cron = job.cron();
        CallbackBody body = new CallbackBody(
                (cron == null ? "job" : "cron") + (isCompleted ? ".completed" : ".failed"),
                cron == null ? null : cron.id(),
                job.id(),
                job.originalJobId(),
                job.namedQueueId(),
                job.queue(),
                job.awaitsPing() ? null : job.request().url(),
                job.awaitsPing() ? null : job.request().method(),
                consequence.status().contractName(),
                consequence.finalStatus().contractName(),
                consequence.isFinal(),
                job.attemptNumber(),
                job.isRetry(),
                ContractTime.seconds(job.scheduledAt()),
                ContractTime.millis(run.startedAt()),
                ContractTime.millisOrNull(run.executedAt()),
                run.durationMs(),
                run.responseStatus(),
                run.responseHeaders(),
                run.responseBody(),
                run.responseEncoding(),
                ContractName.orNull(run.failureReason()),
                run.errorMessage());
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a callback that cannot be written as JSON", e);
        }
    }
}
