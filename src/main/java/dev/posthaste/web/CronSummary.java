package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractName;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.recurring.Cron;
import dev.posthaste.recurring.CronSettings;
import dev.posthaste.redaction.Masks;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A cron as lists show it: without its payload and its executions. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record CronSummary(
        long id,
        String name,
        @Nullable String url,
        String cronExpression,
        String timezone,

        @JsonProperty("is_active") boolean isActive,

        @Nullable String nextRunAt,
        String method,
        Map<String, String> headers,
        @Nullable String callbackUrl,
        @Nullable Integer timeoutSeconds,
        @Nullable List<Integer> retryDelays,
        @JsonRawValue String successAssertions,
        int alertThreshold,
        String overlap,
        @Nullable String queue,

        @JsonProperty("expect_ping") boolean expectsPing,

        @Nullable Integer graceSeconds,
        List<String> redact,
        @Nullable String lastStatus,
        @Nullable String lastExecutedAt,
        int consecutiveFailures,
        boolean alerted,
        String createdAt) {

    static CronSummary of(Cron cron, Masks masks) {
        CronSettings settings = cron.settings();
        TargetRequest request = settings.request();
        return new CronSummary(
                cron.id(),
                settings.name(),
                settings.expectsPing() ? null : request.url(),
                settings.timing().expression(),
                settings.timing().timezone(),
                settings.isActive(),
                ContractTime.secondsOrNull(cron.nextFireAt()),
                request.method(),
                masks.headers(request.headers(), cron.redaction()),
                request.callbackUrl(),
                request.timeoutSeconds(),
                request.retryDelays(),
                settings.successAssertions(),
                settings.alertThreshold(),
                settings.overlap().contractName(),
                settings.queue(),
                settings.expectsPing(),
                settings.graceSeconds(),
                request.redaction().entries(),
                ContractName.orNull(cron.lastStatus()),
                ContractTime.millisOrNull(cron.lastExecutedAt()),
                cron.consecutiveFailures(),
                cron.isAlerted(),
                ContractTime.seconds(cron.createdAt()));
    }
}
