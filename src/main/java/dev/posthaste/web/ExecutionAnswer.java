package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractName;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.jobs.Execution;
import dev.posthaste.jobs.ExecutionDetails;
import dev.posthaste.redaction.Masks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An execution as lists show it: with how its last run went. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record ExecutionAnswer(
        long id,
        long cronId,
        String trigger,
        String status,
        String scheduledAt,
        int attempts,
        List<String> tags,
        @Nullable String startedAt,
        @Nullable String executedAt,
        @Nullable Integer durationMs,
        @Nullable Integer responseStatus,
        @Nullable String failureReason,
        @Nullable String errorMessage) {

    static ExecutionAnswer of(Execution execution, Masks masks) {
        Execution.LastRun run = execution.lastRun();
        return new ExecutionAnswer(
                execution.id(),
                execution.cronId(),
                execution.trigger().contractName(),
                execution.status().contractName(),
                ContractTime.seconds(execution.scheduledAt()),
                execution.attempts(),
                execution.tags(),
                run == null ? null : ContractTime.millis(run.startedAt()),
                run == null ? null : ContractTime.millisOrNull(run.executedAt()),
                run == null ? null : run.durationMs(),
                run == null ? null : run.responseStatus(),
                run == null ? null : ContractName.orNull(run.failureReason()),
                execution.shownMessage(masks));
    }

    /** One with all that belongs to it. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Whole(
            @JsonUnwrapped ExecutionAnswer summary,
            List<JobAnswer.RunAnswer> runs,
            List<JobAnswer.CallbackAnswer> callbacks,
            List<JobAnswer.ChainAnswer> chain) {

        static Whole of(ExecutionDetails stored, Masks masks) {
            ExecutionDetails details = stored.shown(masks);
            return new Whole(
                    ExecutionAnswer.of(details.execution(), masks),
                    details.runs().stream().map(JobAnswer.RunAnswer::of).toList(),
                    details.callbacks().stream()
                            .map(JobAnswer.CallbackAnswer::of)
                            .toList(),
                    details.chain().stream().map(JobAnswer.ChainAnswer::of).toList());
        }
    }
}
