package dev.posthaste.recurring;

import dev.posthaste.jobs.TargetRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a user sets of a cron.
 *
 * @param request what it sends, with its own timeout and retries, which are never null
 * @param isActive false while it is paused
 * @param successAssertions as JSON text, the one of {@code assertions}
 * @param queue the name of the queue whose limits and pause hold for its executions, null for none
 * @param alertThreshold so many consecutive failures make an alert
 * @param graceSeconds how long after each fire a ping may come, of a cron that sends nothing; null for one that sends
 */
public record CronSettings(
        String name,
        TargetRequest request,
        Timing timing,
        boolean isActive,
        String successAssertions,
        Overlap overlap,
        @Nullable String queue,
        int alertThreshold,
        @Nullable Integer graceSeconds) {
    /** The deadline of its requests, when none is set. */
    public static final int DEFAULT_TIMEOUT_SECONDS = 30;

    /** Whether nothing is sent, and a ping is waited for at each fire. */
    public boolean expectsPing() {
        return graceSeconds != null;
    }

    /** The same, paused or resumed. */
    public CronSettings withActive(boolean active) {
        return new CronSettings(
                name, request, timing, active, successAssertions, overlap, queue, alertThreshold, graceSeconds);
    }

    /** The names of what is another than before, in the contract's words. */
    List<String> changedFrom(CronSettings before) {
        TargetRequest was = before.request;
        Map<String, Boolean> changed = new LinkedHashMap<>();
        changed.put("name", !name.equals(before.name));
        changed.put("url", !request.url().equals(was.url()));
        changed.put("cron_expression", !timing.expression().equals(before.timing.expression()));
        changed.put("method", !request.method().equals(was.method()));
        changed.put("headers", !request.headers().equals(was.headers()));
        changed.put("payload", !Objects.equals(request.body(), was.body()));
        changed.put("callback_url", !Objects.equals(request.callbackUrl(), was.callbackUrl()));
        changed.put("timeout_seconds", !Objects.equals(request.timeoutSeconds(), was.timeoutSeconds()));
        changed.put("alert_threshold", alertThreshold != before.alertThreshold);
        changed.put("success_assertions", !successAssertions.equals(before.successAssertions));
        changed.put("is_active", isActive != before.isActive);
        changed.put("timezone", !timing.timezone().equals(before.timing.timezone()));
        changed.put("retry_delays", !Objects.equals(request.retryDelays(), was.retryDelays()));
        changed.put("tags", !request.tags().equals(was.tags()));
        changed.put("overlap", overlap != before.overlap);
        changed.put("queue", !Objects.equals(queue, before.queue));
        changed.put("grace_seconds", !Objects.equals(graceSeconds, before.graceSeconds));
        return changed.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
    }
}
