package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.jobs.ExecutionStatus;
import dev.posthaste.jobs.RequestBody;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.recurring.Cron;
import dev.posthaste.redaction.Masks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cron as the contract shows it. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record CronAnswer(
        @JsonUnwrapped CronSummary summary,
        @Nullable String payload,
        @Nullable String pingUrl,
        List<String> recent) {

    /** @param pingUrl null for a cron that expects no ping */
    static CronAnswer of(Cron cron, List<ExecutionStatus> recent, Masks masks, @Nullable String pingUrl) {
        TargetRequest request = cron.settings().request();
        RequestBody body = request.body();
        return new CronAnswer(
                CronSummary.of(cron, masks),
                body == null ? null : masks.body(body.text(), cron.redaction()),
                pingUrl,
                recent.stream().map(ExecutionStatus::contractName).toList());
    }
}
