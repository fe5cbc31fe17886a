package dev.posthaste.queues;

import dev.posthaste.oneshots.Gate;
import dev.posthaste.redaction.Redaction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a user sets of a queue.
 *
 * @param isActive false while it is paused: jobs are taken in and none is sent
 * @param timeoutSeconds the deadline of each request, 1 to 300
 * @param retryDelays in seconds, in force only while {@code retriesEnabled}
 * @param successAssertions as JSON text, the one of {@code assertions}
 * @param maxParallelism over all nodes, null for no limit
 * @param maxPerSecond over all nodes, null for no limit
 * @param dlqRetentionDays how long its dead letters are kept
 * @param redaction what is not shown of its jobs
 */
public record QueueSettings(
        String name,
        boolean isActive,
        int timeoutSeconds,
        boolean retriesEnabled,
        List<Integer> retryDelays,
        String successAssertions,
        boolean alertsEnabled,
        @Nullable Integer maxParallelism,
        @Nullable Integer maxPerSecond,
        int dlqRetentionDays,
        Redaction redaction) {
    /** Those of a queue that is made on first use. */
    public static QueueSettings ofNew(String name) {
        return new QueueSettings(
                name, true, 30, true, List.of(60, 1_800, 10_800), "[]", false, null, null, 14, Redaction.NONE);
    }

    /** The same, paused or resumed. */
    public QueueSettings withActive(boolean active) {
        return new QueueSettings(
                name,
                active,
                timeoutSeconds,
                retriesEnabled,
                retryDelays,
                successAssertions,
                alertsEnabled,
                maxParallelism,
                maxPerSecond,
                dlqRetentionDays,
                redaction);
    }

    /** The names of what is another than before. */
    List<String> changedFrom(QueueSettings before) {
        Map<String, Boolean> changed = new LinkedHashMap<>();
        changed.put("name", !name.equals(before.name));
        changed.put("is_active", isActive != before.isActive);
        changed.put("timeout_seconds", timeoutSeconds != before.timeoutSeconds);
        changed.put("retries_enabled", retriesEnabled != before.retriesEnabled);
        changed.put("retry_delays", !retryDelays.equals(before.retryDelays));
        changed.put("success_assertions", !successAssertions.equals(before.successAssertions));
        changed.put("alerts_enabled", alertsEnabled != before.alertsEnabled);
        changed.put("max_parallelism", !Objects.equals(maxParallelism, before.maxParallelism));
        changed.put("max_per_second", !Objects.equals(maxPerSecond, before.maxPerSecond));
        changed.put("dlq_retention_days", dlqRetentionDays != before.dlqRetentionDays);
        changed.put("redact", !redaction.equals(before.redaction));
        return changed.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What holds the queue's triggers back. */
    Gate gate() {
        return new Gate(!isActive, maxParallelism, maxPerSecond);
    }
}
