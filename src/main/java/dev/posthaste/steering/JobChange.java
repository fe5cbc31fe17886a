package dev.posthaste.steering;

import dev.posthaste.intake.Schedule;
import dev.posthaste.jobs.RequestBody;
import dev.posthaste.jobs.TargetRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be changed of a pending job; null leaves it as it is.
 *
 * @param body takes the place of whatever the job would have sent
 * @param schedule a delay counts from the change on
 */
public record JobChange(
        @Nullable String url,
        @Nullable String method,
        @Nullable Map<String, String> headers,
        @Nullable RequestBody body,
        @Nullable String callbackUrl,
        @Nullable Integer timeoutSeconds,
        @Nullable List<Integer> retryDelays,
        @Nullable Integer priority,
        @Nullable Schedule schedule) {
    /** What is sent after the change of {@code before}. */
    TargetRequest appliedTo(TargetRequest before) {
        return new TargetRequest(
                method == null ? before.method() : method,
                url == null ? before.url() : url,
                headers == null ? before.headers() : headers,
                body == null ? before.body() : body,
                callbackUrl == null ? before.callbackUrl() : callbackUrl,
                timeoutSeconds == null ? before.timeoutSeconds() : timeoutSeconds,
                retryDelays == null ? before.retryDelays() : retryDelays);
    }
}
