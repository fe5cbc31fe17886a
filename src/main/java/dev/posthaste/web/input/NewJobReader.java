package dev.posthaste.web.input;

import dev.posthaste.intake.NewJob;
import dev.posthaste.intake.Schedule;
import dev.posthaste.jobs.RequestBody;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.redaction.Redaction;
import dev.posthaste.web.http.Errors;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a job that is pushed, by the contract's table. Thread-safe. */
public final class NewJobReader {
    private final RequestFields requests;

    public NewJobReader(RequestFields requests) {
        this.requests = requests;
    }

    /** The job, null when there are complaints. */
    @Nullable
    public NewJob read(JsonFields object, String prefix, Errors errors) {
        int before = errors.count();
        FieldReader fields = new FieldReader(object, prefix, errors);
        String queue = fields.requiredText("queue");
        QueueNameRules.check(fields, "queue", queue);
        String url = requests.requiredUrl(fields);
        String method = requests.method(fields);
        Map<String, String> headers = requests.headers(fields);
        RequestBody body = requests.body(fields);
        String callbackUrl = requests.callbackUrl(fields);
        Schedule schedule = requests.schedule(fields);
        Integer timeout = requests.timeoutSeconds(fields);
        List<Integer> retryDelays = requests.retryDelays(fields);
        Integer priority = requests.priority(fields);
        Redaction redaction = requests.redaction(fields);
        List<String> tags = requests.tags(fields);
        fields.refuseUnknown();
        if (errors.count() > before) {
            return null;
        }
        TargetRequest request = new TargetRequest(
                method == null ? "POST" : method,
                Objects.requireNonNull(url),
                headers == null ? Map.of() : headers,
                body,
                callbackUrl,
                timeout,
                retryDelays,
                redaction == null ? Redaction.NONE : redaction,
                tags == null ? List.of() : tags,
                null);
        return new NewJob(
                Objects.requireNonNull(queue),
                request,
                schedule == null ? new Schedule.After(Duration.ZERO) : schedule,
                priority == null ? NewJob.DEFAULT_PRIORITY : priority);
    }
}
