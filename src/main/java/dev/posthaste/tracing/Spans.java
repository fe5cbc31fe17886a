package dev.posthaste.tracing;

import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.jobs.TraceContext;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens a span for each attempt and each try of a callback. Where no agent follows this process, what was pushed in a trace is
 * sent on in it, under a new span id each time, and nothing is made for anything else. Where an agent does, its spans are real:
 * a first attempt is a child of the push, and what comes later is a root of its own with a link to it. Thread-safe.
 */
public final class Spans {
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<Long> RESENT = AttributeKey.longKey("http.request.resend_count");
    private static final AttributeKey<String> HOST = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<Long> JOB = AttributeKey.longKey("posthaste.job.id");
    private static final AttributeKey<Long> CHAIN = AttributeKey.longKey("posthaste.original_job.id");
    private static final AttributeKey<Long> CRON = AttributeKey.longKey("posthaste.cron.id");
    private static final AttributeKey<Long> CALLBACK = AttributeKey.longKey("posthaste.callback.id");
    private static final AttributeKey<String> QUEUE = AttributeKey.stringKey("posthaste.queue");

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private final Tracer tracer;
    private final boolean isFollowed;

    /** @param telemetry that of an agent; without one what does nothing */
    public Spans(OpenTelemetry telemetry) {
        this.tracer = telemetry.getTracer("dev.posthaste");
        // Never ended, so it is nowhere seen. What does nothing makes spans that are not valid.
        this.isFollowed = tracer.spanBuilder("start")
                .setNoParent()
                .startSpan()
                .getSpanContext()
                .isValid();
    }

    /** An attempt of a job is about to be sent. */
    public OpenSpan ofAttempt(DueJob job, TargetUrl url) {
        TraceContext pushedFrom = job.request().trace();
        if (!isFollowed) {
            return unfollowed(pushedFrom);
        }
        SpanBuilder span = builder(job.request().method(), url, pushedFrom, job.attemptNumber() > 1)
                .setAttribute(JOB, job.id())
                .setAttribute(CHAIN, job.originalJobId());
        if (job.attemptNumber() > 1) {
            span.setAttribute(RESENT, (long) job.attemptNumber() - 1);
        }
        if (job.queue() != null) {
            span.setAttribute(QUEUE, job.queue());
        }
        if (job.cron() != null) {
            span.setAttribute(CRON, job.cron().id());
        }
        return new Followed(span.startSpan());
    }

    /** A callback is about to be tried. */
    public OpenSpan ofCallback(CallbackDao.Due callback, TargetUrl url) {
        if (!isFollowed) {
            return unfollowed(callback.trace());
        }
        SpanBuilder span = builder("POST", url, callback.trace(), callback.attempts() > 0)
                .setAttribute(JOB, callback.jobId())
                .setAttribute(CALLBACK, callback.id());
        if (callback.attempts() > 0) {
            span.setAttribute(RESENT, (long) callback.attempts());
        }
        return new Followed(span.startSpan());
    }

    /** A URL may hold what is not to be seen: only where it leads is told. */
    private SpanBuilder builder(String method, TargetUrl url, @Nullable TraceContext pushedFrom, boolean isAgain) {
        SpanBuilder span = tracer.spanBuilder(method)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(METHOD, method)
                .setAttribute(HOST, url.host())
                .setAttribute(PORT, (long) url.port());
        if (pushedFrom == null) {
            return span.setNoParent();
        }
        Context push = W3C.extract(Context.root(), pushedFrom, Reading.CONTEXT);
        return isAgain ? span.setNoParent().addLink(Span.fromContext(push).getSpanContext()) : span.setParent(push);
    }

    private static OpenSpan unfollowed(@Nullable TraceContext pushedFrom) {
        return pushedFrom == null ? Unfollowed.NOWHERE : new Unfollowed(pushedFrom.in(newSpanId()));
    }

    private static String newSpanId() {
        long id = ThreadLocalRandom.current().nextLong();
        return "%016x".formatted(id == 0 ? 1 : id);
    }

    private record Unfollowed(@Nullable TraceContext sentFrom) implements OpenSpan {
        private static final Unfollowed NOWHERE = new Unfollowed(null);

        @Override
        public <T> T around(Supplier<T> sending) {
            return sending.get();
        }

        @Override
        public void ended(@Nullable Integer status, @Nullable String failure) {}
    }

    private record Followed(Span span) implements OpenSpan {
        @Override
        public @Nullable TraceContext sentFrom() {
            Map<String, String> headers = new HashMap<>();
            W3C.inject(Context.root().with(span), headers, Map::put);
            String state = headers.get(TraceContext.STATE_HEADER);
            return TraceContext.of(
                    List.of(headers.getOrDefault(TraceContext.PARENT_HEADER, "")),
                    state == null ? List.of() : List.of(state));
        }

        /** An agent that follows the HTTP client too names a span of its own to the receiver, which is then a child of this. */
        @Override
        public <T> T around(Supplier<T> sending) {
            return Context.root().with(span).wrapSupplier(sending).get();
        }

        @Override
        public void ended(@Nullable Integer status, @Nullable String failure) {
            if (status != null) {
                span.setAttribute(STATUS, (long) status);
            }
            if (failure != null) {
                span.setAttribute(ERROR, failure);
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        }
    }

    private enum Reading implements TextMapGetter<TraceContext> {
        CONTEXT;

        @Override
        public Iterable<String> keys(TraceContext context) {
            return List.of(TraceContext.PARENT_HEADER, TraceContext.STATE_HEADER);
        }

        @Override
        public @Nullable String get(@Nullable TraceContext context, String name) {
            if (context == null) {
                return null;
            }
            return name.equals(TraceContext.PARENT_HEADER) ? context.parent() : context.state();
        }
    }
}
