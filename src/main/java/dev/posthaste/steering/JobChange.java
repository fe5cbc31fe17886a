package dev.posthaste.steering;

import dev.posthaste.intake.Schedule;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.RequestBody;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.jobs.TargetUrl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
        @Nullable Schedule schedule,
        @Nullable List<String> tags) {
    /** The names of what it changes of that job. */
    List<String> fields(DueJob before) {
        TargetRequest request = before.request();
        TargetRequest after = appliedTo(request);
        Map<String, Boolean> changed = new LinkedHashMap<>();
        changed.put("url", !after.url().equals(request.url()));
        changed.put("method", !after.method().equals(request.method()));
        changed.put("headers", !after.headers().equals(request.headers()));
        changed.put(bodyName(after), !Objects.equals(after.body(), request.body()));
        changed.put("callback_url", !Objects.equals(after.callbackUrl(), request.callbackUrl()));
        changed.put("timeout_seconds", !Objects.equals(after.timeoutSeconds(), request.timeoutSeconds()));
        changed.put("retry_delays", !Objects.equals(after.retryDelays(), request.retryDelays()));
        changed.put("priority", priority != null && priority != before.priority());
        changed.put("scheduled_at", schedule != null);
        changed.put("tags", !after.tags().equals(request.tags()));
        return changed.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Whether what is not shown of the job would go to another host than it was meant for: who may change a job but not see
     * its credentials must not have them sent to himself.
     */
    boolean takesWhatIsHiddenElsewhere(DueJob before) {
        TargetRequest request = before.request();
        boolean keepsHidden = (headers == null
                        && before.redaction().hidesAnyOf(request.headers().keySet()))
                || (body == null && request.body() != null && before.redaction().hidesBody());
        return url != null && keepsHidden && !origin(url).equals(origin(request.url()));
    }

    private static Optional<String> origin(String url) {
        return TargetUrl.parse(url).map(TargetUrl::origin);
    }

    private static String bodyName(TargetRequest request) {
        RequestBody body = request.body();
        return body != null && body.kind() == RequestBody.Kind.RAW ? "body" : "payload";
    }

    /** What is sent after the change of {@code before}. */
    TargetRequest appliedTo(TargetRequest before) {
        return new TargetRequest(
                method == null ? before.method() : method,
                url == null ? before.url() : url,
                headers == null ? before.headers() : headers,
                body == null ? before.body() : body,
                callbackUrl == null ? before.callbackUrl() : callbackUrl,
                timeoutSeconds == null ? before.timeoutSeconds() : timeoutSeconds,
                retryDelays == null ? before.retryDelays() : retryDelays,
                before.redaction(),
                tags == null ? before.tags() : tags,
                before.trace());
    }
}
