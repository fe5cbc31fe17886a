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

/**
 * A cron as lists show it: without its payload and its executions. What says how something is sent is null for one that sends
 * nothing, as such a call may have it.
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record CronSummary(
        long id,
        String name,
        @Nullable String url,
        String cronExpression,
        String timezone,

        @JsonProperty("is_active") boolean isActive,

        @Nullable String nextRunAt,
        @Nullable String method,
        @Nullable Map<String, String> headers,
        @Nullable String callbackUrl,
        @Nullable Integer timeoutSeconds,
        @Nullable List<Integer> retryDelays,
        @JsonRawValue @Nullable String successAssertions,
        int alertThreshold,
        @Nullable String overlap,
        @Nullable String queue,

        @JsonProperty("expect_ping") boolean expectsPing,

        @Nullable Integer graceSeconds,
        List<String> tags,
        @Nullable List<String> redact,
        @Nullable String lastStatus,
        @Nullable String lastExecutedAt,
        int consecutiveFailures,
        boolean alerted,
        String createdAt) {

    static CronSummary of(Cron cron, Masks masks) {
        CronSettings settings = cron.settings();
        TargetRequest request = settings.request();
        boolean sends = !settings.expectsPing();
        return new CronSummary(
                cron.id(),
                settings.name(),
                sends ? request.url() : null,
                settings.timing().expression(),
                settings.timing().timezone(),
                settings.isActive(),
                ContractTime.secondsOrNull(cron.nextFireAt()),
                sends ? request.method() : null,
                sends ? masks.headers(request.headers(), cron.redaction()) : null,
                request.callbackUrl(),
                sends ? request.timeoutSeconds() : null,
                sends ? request.retryDelays() : null,
                sends ? settings.successAssertions() : null,
                settings.alertThreshold(),
                sends ? settings.overlap().contractName() : null,
                settings.queue(),
                settings.expectsPing(),
                settings.graceSeconds(),
                request.tags(),
                sends ? request.redaction().entries() : null,
                ContractName.orNull(cron.lastStatus()),
                ContractTime.millisOrNull(cron.lastExecutedAt()),
                cron.consecutiveFailures(),
                cron.isAlerted(),
                ContractTime.seconds(cron.createdAt()));
    }
}
