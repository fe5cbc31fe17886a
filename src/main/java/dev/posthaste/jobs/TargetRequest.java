package dev.posthaste.jobs;

import dev.posthaste.redaction.Redaction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a job sends and how: stored once, immutable, shared by all the jobs of a retry chain.
 *
 * @param method one of GET, POST, PUT, PATCH, DELETE
 * @param url a URL that {@link TargetUrl} accepts
 * @param headers the user's headers, in the order in which they were pushed
 * @param body null when nothing is to be sent as a body
 * @param callbackUrl where finished attempts are reported, null for nowhere
 * @param timeoutSeconds overrides the queue's, null to follow the queue
 * @param retryDelays overrides the queue's (seconds; empty for no retries), null to follow the queue
 * @param redaction what is not shown of it and its answers, beside what the queue hides
 * @param tags what its user calls it by, each once; shown and never sent
 * @param trace where its push stands in a trace of who pushed it, null for nowhere
 */
public record TargetRequest(
        String method,
        String url,
        Map<String, String> headers,
        @Nullable RequestBody body,
        @Nullable String callbackUrl,
        @Nullable Integer timeoutSeconds,
        @Nullable List<Integer> retryDelays,
        Redaction redaction,
        List<String> tags,
        @Nullable TraceContext trace) {
    /** One that has no tags and stands in no trace. */
    public TargetRequest(
            String method,
            String url,
            Map<String, String> headers,
            @Nullable RequestBody body,
            @Nullable String callbackUrl,
            @Nullable Integer timeoutSeconds,
            @Nullable List<Integer> retryDelays,
            Redaction redaction) {
        this(method, url, headers, body, callbackUrl, timeoutSeconds, retryDelays, redaction, List.of(), null);
    }

    /** The same request, pushed from there. */
    public TargetRequest from(@Nullable TraceContext pushedFrom) {
        return new TargetRequest(
                method, url, headers, body, callbackUrl, timeoutSeconds, retryDelays, redaction, tags, pushedFrom);
    }

    /** The same request under other tags. */
    public TargetRequest tagged(List<String> otherTags) {
        return new TargetRequest(
                method, url, headers, body, callbackUrl, timeoutSeconds, retryDelays, redaction, otherTags, trace);
    }

    /** The same request with other headers and another body. */
    TargetRequest with(Map<String, String> otherHeaders, @Nullable RequestBody otherBody) {
        return new TargetRequest(
                method, url, otherHeaders, otherBody, callbackUrl, timeoutSeconds, retryDelays, redaction, tags, trace);
    }
}
