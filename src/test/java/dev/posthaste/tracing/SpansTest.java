package dev.posthaste.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.jobs.TraceContext;
import dev.posthaste.redaction.Redaction;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SpansTest {
    private static final TraceContext PUSH =
            new TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "01", "a=1");

    @RegisterExtension
    private static final OpenTelemetryExtension AGENT = OpenTelemetryExtension.create();

    private final Spans unfollowed = new Spans(OpenTelemetry.noop());
    private final Spans followed = new Spans(AGENT.getOpenTelemetry());
    private final TargetUrl url =
            TargetUrl.parse("https://example.com/secret?token=1").orElseThrow();

    @Test
    void withoutAnAgentWhatWasPushedInATraceIsSentOnUnderANewSpanEachTime() {
        TraceContext first = sentFrom(unfollowed.ofAttempt(job(1, PUSH), url));
        TraceContext second = sentFrom(unfollowed.ofAttempt(job(2, PUSH), url));
        TraceContext callback = sentFrom(unfollowed.ofCallback(callback(0, PUSH), url));

        assertThat(List.of(first, second, callback)).allSatisfy(sent -> {
            assertThat(sent.traceId()).isEqualTo(PUSH.traceId());
            assertThat(sent.flags()).isEqualTo("01");
            assertThat(sent.state()).isEqualTo("a=1");
            assertThat(sent.spanId()).matches("[0-9a-f]{16}");
        });
        assertThat(List.of(PUSH.spanId(), first.spanId(), second.spanId(), callback.spanId()))
                .doesNotHaveDuplicates();
    }

    @Test
    void withoutAnAgentNothingIsSaidOfWhatWasPushedInNoTrace() {
        assertThat(unfollowed.ofAttempt(job(1, null), url).sentFrom()).isNull();
        assertThat(unfollowed.ofCallback(callback(0, null), url).sentFrom()).isNull();
    }

    @Test
    void theFirstAttemptIsAChildOfThePush() {
        OpenSpan span = followed.ofAttempt(job(1, PUSH), url);
        TraceContext sent = sentFrom(span);
        span.ended(200, null);

        SpanData ended = onlySpan();
        assertThat(ended.getTraceId()).isEqualTo(PUSH.traceId());
        assertThat(ended.getParentSpanId()).isEqualTo(PUSH.spanId());
        assertThat(ended.getLinks()).isEmpty();
        assertThat(ended.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(ended.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(sent).isEqualTo(new TraceContext(PUSH.traceId(), ended.getSpanId(), "01", "a=1"));
    }

    /** An agent follows the HTTP client as well: its span is a child of ours, and so the receiver is in the trace of the push. */
    @Test
    void whatHappensWhileItIsSentBelongsToTheSpan() {
        OpenSpan span = followed.ofAttempt(job(1, PUSH), url);

        String current = span.around(() -> Span.current().getSpanContext().getSpanId());

        span.ended(200, null);
        assertThat(current).isEqualTo(onlySpan().getSpanId());
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    void aRetryIsARootOfItsOwnWithALinkToThePush() {
        OpenSpan span = followed.ofAttempt(job(2, PUSH), url);
        TraceContext sent = sentFrom(span);
        span.ended(500, "http_server_error");

        SpanData ended = onlySpan();
        assertRootWithLink(ended);
        assertThat(sent.traceId()).isEqualTo(ended.getTraceId());
        assertThat(ended.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attributes(ended))
                .containsEntry("error.type", "http_server_error")
                .containsEntry("http.response.status_code", 500L)
                .containsEntry("http.request.resend_count", 1L);
    }

    @Test
    void ofACallbackTheFirstTryIsAChildAndALaterOneARootWithALink() {
        followed.ofCallback(callback(0, PUSH), url).ended(204, null);
        assertThat(onlySpan().getParentSpanId()).isEqualTo(PUSH.spanId());
        AGENT.clearSpans();

        followed.ofCallback(callback(1, PUSH), url).ended(204, null);

        assertRootWithLink(onlySpan());
    }

    @Test
    void whatWasPushedInNoTraceIsARoot() {
        followed.ofAttempt(job(1, null), url).ended(null, "timeout");

        SpanData ended = onlySpan();
        assertThat(ended.getParentSpanContext().isValid()).isFalse();
        assertThat(ended.getLinks()).isEmpty();
    }

    /** Its path and query may hold what is not to be seen. */
    @Test
    void ofAUrlOnlyItsHostIsTold() {
        followed.ofAttempt(job(1, null), url).ended(200, null);

        assertThat(attributes(onlySpan()))
                .containsEntry("server.address", "example.com")
                .containsEntry("server.port", 443L)
                .containsEntry("posthaste.job.id", 7L)
                .containsEntry("posthaste.queue", "emails");
        assertThat(onlySpan().toString()).doesNotContain("secret", "token");
    }

    private static TraceContext sentFrom(OpenSpan span) {
        return Objects.requireNonNull(span.sentFrom());
    }

    private static SpanData onlySpan() {
        List<SpanData> spans = AGENT.getSpans();
        assertThat(spans).hasSize(1);
        return spans.get(0);
    }

    private static void assertRootWithLink(SpanData ended) {
        assertThat(ended.getParentSpanContext().isValid()).isFalse();
        assertThat(ended.getTraceId()).isNotEqualTo(PUSH.traceId());
        assertThat(ended.getLinks()).singleElement().satisfies(link -> {
            assertThat(link.getSpanContext().getTraceId()).isEqualTo(PUSH.traceId());
            assertThat(link.getSpanContext().getSpanId()).isEqualTo(PUSH.spanId());
        });
    }

    private static Map<String, Object> attributes(SpanData span) {
        Map<String, Object> attributes = new HashMap<>();
        span.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value));
        return attributes;
    }

    private static CallbackDao.Due callback(int attempts, @Nullable TraceContext trace) {
        return new CallbackDao.Due(1, 2, 42, 4, 0, "http://example.com/", "{}", attempts, trace);
    }

    private static DueJob job(int attempt, @Nullable TraceContext trace) {
        TargetRequest request = new TargetRequest(
                "GET", "http://example.com/", Map.of(), null, null, null, List.of(), Redaction.NONE, List.of(), trace);
        return new DueJob(
                7,
                2,
                0,
                42,
                "emails",
                3,
                request,
                1,
                attempt,
                5,
                0,
                0,
                false,
                30,
                List.of(),
                Redaction.NONE,
                "[]",
                false,
                Instant.EPOCH,
                null);
    }
}
