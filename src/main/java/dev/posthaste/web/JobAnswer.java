package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractName;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.jobs.Callback;
import dev.posthaste.jobs.ChainLink;
import dev.posthaste.jobs.JobDetails;
import dev.posthaste.jobs.RequestBody;
import dev.posthaste.jobs.Run;
import dev.posthaste.redaction.Masks;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job as the contract shows it; its payload character for character as it was pushed. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record JobAnswer(
        @JsonUnwrapped JobSummary summary,
        @JsonRawValue @Nullable String payload,
        @Nullable String body,
        List<RunAnswer> runs,
        List<CallbackAnswer> callbacks,
        List<ChainAnswer> chain) {

    static JobAnswer of(JobDetails stored, Masks masks) {
        JobDetails details = stored.shown(masks);
        RequestBody body = details.job().request().body();
        return new JobAnswer(
                JobSummary.ofShown(details.job()),
                text(body, RequestBody.Kind.PAYLOAD),
                text(body, RequestBody.Kind.RAW),
                details.runs().stream().map(RunAnswer::of).toList(),
                details.callbacks().stream().map(CallbackAnswer::of).toList(),
                details.chain().stream().map(ChainAnswer::of).toList());
    }

    private static @Nullable String text(@Nullable RequestBody body, RequestBody.Kind kind) {
        return body == null || body.kind() != kind ? null : body.text();
    }

    /** A run of the job. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record RunAnswer(
            long id,
            long jobId,
            String startedAt,
            @Nullable String executedAt,
            @Nullable Integer durationMs,
            Map<String, String> requestHeaders,
            @Nullable String requestBody,
            @Nullable Integer responseStatus,
            @Nullable Map<String, String> responseHeaders,
            @Nullable String responseBody,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String responseEncoding,

            boolean responseTruncated,
            @Nullable String failureReason,
            @Nullable String errorMessage) {

        static RunAnswer of(Run run) {
            return new RunAnswer(
                    run.id(),
                    run.jobId(),
                    ContractTime.millis(run.startedAt()),
                    ContractTime.millisOrNull(run.executedAt()),
                    run.durationMs(),
                    run.requestHeaders(),
                    run.requestBody(),
                    run.responseStatus(),
                    run.responseHeaders(),
                    run.responseBody(),
                    run.responseEncoding(),
                    run.responseTruncated(),
                    ContractName.orNull(run.failureReason()),
                    run.errorMessage());
        }
    }

    /** A callback of the job. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record CallbackAnswer(
            long id,
            long jobId,
            String url,
            String status,
            int attempts,
            @Nullable String nextAttemptAt,
            @Nullable Integer lastResponseStatus,
            @Nullable String lastFailureReason,
            @Nullable String deliveredAt) {

        static CallbackAnswer of(Callback callback) {
            return new CallbackAnswer(
                    callback.id(),
                    callback.jobId(),
                    callback.url(),
                    callback.status().contractName(),
                    callback.attempts(),
                    ContractTime.secondsOrNull(callback.nextAttemptAt()),
                    callback.lastResponseStatus(),
                    ContractName.orNull(callback.lastFailureReason()),
                    ContractTime.secondsOrNull(callback.deliveredAt()));
        }
    }

    /** An attempt of the job's chain. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record ChainAnswer(
            long id,
            int attemptNumber,
            String status,
            @Nullable String finalStatus,
            String scheduledAt) {

        static ChainAnswer of(ChainLink link) {
            return new ChainAnswer(
                    link.id(),
                    link.attemptNumber(),
                    link.status().contractName(),
                    ContractName.orNull(link.finalStatus()),
                    ContractTime.seconds(link.scheduledAt()));
        }
    }
}
