package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractName;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.jobs.Job;
import dev.posthaste.redaction.Masks;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job as lists show it: without bodies, runs, callbacks and chain. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record JobSummary(
        long id,
        long queueId,
        String queue,
        String url,
        String method,
        Map<String, String> headers,
        @Nullable String callbackUrl,
        String status,
        @Nullable String finalStatus,
        int attemptNumber,

        @JsonProperty("is_retry") boolean isRetry,

        boolean hasPendingRetry,
        long originalJobId,
        @Nullable Long replayedAs,
        int priority,
        int timeoutSeconds,
        List<Integer> retryDelays,
        List<String> tags,
        List<String> redact,
        String createdAt,
        String scheduledAt,
        @Nullable String deadLetteredAt) {

    static JobSummary of(Job stored, Masks masks) {
        return ofShown(stored.shown(masks));
    }

    /** Of a job that has its masks already. */
    static JobSummary ofShown(Job job) {
        return new JobSummary(
                job.id(),
                job.queueId(),
                job.queue(),
                job.request().url(),
                job.request().method(),
                job.request().headers(),
                job.request().callbackUrl(),
                job.status().contractName(),
                ContractName.orNull(job.finalStatus()),
                job.attemptNumber(),
                job.isRetry(),
                job.hasPendingRetry(),
                job.originalJobId(),
                job.replayedAs(),
                job.priority(),
                job.timeoutSeconds(),
                job.retryDelays(),
                job.request().tags(),
                job.request().redaction().entries(),
                ContractTime.seconds(job.createdAt()),
                ContractTime.seconds(job.scheduledAt()),
                ContractTime.secondsOrNull(job.deadLetteredAt()));
    }
}
