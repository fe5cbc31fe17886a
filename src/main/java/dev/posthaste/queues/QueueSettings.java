package dev.posthaste.queues;

import dev.posthaste.oneshots.Gate;
import java.util.List;
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
        int dlqRetentionDays) {
    /** Those of a queue that is made on first use. */
    public static QueueSettings ofNew(String name) {
        return new QueueSettings(name, true, 30, true, List.of(60, 1_800, 10_800), "[]", false, null, null, 14);
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
                dlqRetentionDays);
    }

    /** What holds the queue's triggers back. */
    Gate gate() {
        return new Gate(!isActive, maxParallelism, maxPerSecond);
    }
}
