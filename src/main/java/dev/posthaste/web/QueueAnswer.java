package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.queues.Queue;
import dev.posthaste.queues.QueueCounts;
import dev.posthaste.queues.QueueSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A queue as the contract shows it. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record QueueAnswer(
        long id,
        String name,

        @JsonProperty("is_active") boolean isActive,

        int timeoutSeconds,
        boolean retriesEnabled,
        List<Integer> retryDelays,
        @JsonRawValue String successAssertions,
        boolean alertsEnabled,
        @Nullable Integer maxParallelism,
        @Nullable Integer maxPerSecond,
        int dlqRetentionDays,
        List<String> redact,
        Counts counts) {

    static QueueAnswer of(Queue queue) {
        QueueSettings settings = queue.settings();
        return new QueueAnswer(
                queue.id(),
                settings.name(),
                settings.isActive(),
                settings.timeoutSeconds(),
                settings.retriesEnabled(),
                settings.retryDelays(),
                settings.successAssertions(),
                settings.alertsEnabled(),
                settings.maxParallelism(),
                settings.maxPerSecond(),
                settings.dlqRetentionDays(),
                settings.redaction().entries(),
                Counts.of(queue.counts()));
    }

    /** How much there is of what. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Counts(long pending, long processing, long completed, long failed, long deadLettered) {
        static Counts of(QueueCounts counts) {
            return new Counts(
                    counts.pending(), counts.processing(), counts.completed(), counts.failed(), counts.deadLettered());
        }
    }
}
