package dev.posthaste.queues;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named queue of a team, with its settings.
 *
 * @param isActive false while it is paused: jobs are taken in and none is sent
 * @param timeoutSeconds the deadline of each request, 1 to 300
 * @param retryDelays in seconds, in force only while {@code retriesEnabled}
 * @param successAssertions as JSON text, an array
 * @param maxParallelism over all nodes, null for no limit
 * @param maxPerSecond over all nodes, null for no limit
 * @param dlqRetentionDays how long its dead letters are kept
 */
public record Queue(
        long id,
        long teamId,
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
        Instant createdAt) {}
