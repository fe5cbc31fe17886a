package dev.posthaste.delivery;

import com.google.common.escape.Escaper;
import com.google.common.net.PercentEscaper;
import dev.posthaste.alerts.AlertMessageDao;
import dev.posthaste.alerts.ChannelType;
import dev.posthaste.jobs.BodyOctets;
import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.NoQueue;
import dev.posthaste.jobs.RequestBody;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.jobs.TraceContext;
import dev.posthaste.signing.TeamSigning;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Composes what is sent: the user's request with the headers that every delivery carries. Immutable. */
final class RequestComposer {
    private static final Duration CALLBACK_TIMEOUT = Duration.ofSeconds(30);
    /** RFC 3986, section 2: lets nothing through but the unreserved characters, of which these are not alphanumeric. */
    private static final Escaper PERCENT = new PercentEscaper("-._~", false);

    private final String userAgent;
    private final InstantSource clock;

    /** @param userAgent such as {@code Posthaste/1.0}; a user's own goes before it */
    RequestComposer(String userAgent, InstantSource clock) {
        this.userAgent = userAgent;
        this.clock = clock;
    }

    /** @param sentFrom where it stands in a trace, null for nowhere */
    OutboundRequest delivery(DueJob job, TargetUrl url, TeamSigning signing, @Nullable TraceContext sentFrom) {
        Map<String, String> headers = headers(job);
        putTrace(headers, sentFrom);
        String text = text(job);
        headers.putAll(signing.headers("job_" + job.originalJobId(), clock.instant(), new BodyOctets(text)));
        return new OutboundRequest(
                job.queueId(), job.request().method(), url, headers, text, Duration.ofSeconds(job.timeoutSeconds()));
    }

    OutboundRequest callback(
            CallbackDao.Due callback, TargetUrl url, TeamSigning signing, @Nullable TraceContext sentFrom) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("User-Agent", userAgent);
        headers.put("X-Posthaste-Job-Id", String.valueOf(callback.jobId()));
        putTrace(headers, sentFrom);
        headers.putAll(signing.headers("cb_" + callback.id(), clock.instant(), new BodyOctets(callback.body())));
        return new OutboundRequest(callback.queueId(), "POST", url, headers, callback.body(), CALLBACK_TIMEOUT);
    }

    /** A message about alerts to a URL; signed, if it is for a receiver of the user's own. */
    OutboundRequest alert(AlertMessageDao.Due message, String body, TargetUrl url, TeamSigning signing) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("User-Agent", userAgent);
        if (message.type() == ChannelType.WEBHOOK) {
            headers.putAll(signing.headers("alert_" + message.id(), clock.instant(), new BodyOctets(body)));
        }
        return new OutboundRequest(NoQueue.of(message.teamId()), "POST", url, headers, body, CALLBACK_TIMEOUT);
    }

    /** The headers of a job's request before it is signed: what the user set, then ours. */
    Map<String, String> headers(DueJob job) {
        Map<String, String> headers = new LinkedHashMap<>(job.request().headers());
        RequestBody body = job.request().body();
        if (body != null) {
            putUnlessSet(headers, "Content-Type", contentType(body));
        }
        putUnlessSet(headers, "User-Agent", userAgent);
        headers.put("X-Posthaste-Job-Id", String.valueOf(job.id()));
        headers.put("X-Posthaste-Original-Job-Id", String.valueOf(job.originalJobId()));
        headers.put("X-Posthaste-Attempt", String.valueOf(job.attemptNumber()));
        if (job.cron() != null) {
            headers.put("X-Posthaste-Cron-Id", String.valueOf(job.cron().id()));
        }
        if (job.queue() != null) {
            headers.put("X-Posthaste-Queue", PERCENT.escape(job.queue()));
        }
        return headers;
    }

    private static @Nullable String text(DueJob job) {
        RequestBody body = job.request().body();
        return body == null ? null : body.text();
    }

    private static String contentType(RequestBody body) {
        return body.kind() == RequestBody.Kind.PAYLOAD ? "application/json" : "text/plain; charset=utf-8";
    }

    /** A user who sets one of them goes by a trace of his own. */
    private static void putTrace(Map<String, String> headers, @Nullable TraceContext sentFrom) {
        if (sentFrom == null
                || isSet(headers, TraceContext.PARENT_HEADER)
                || isSet(headers, TraceContext.STATE_HEADER)) {
            return;
        }
        headers.put(TraceContext.PARENT_HEADER, sentFrom.parent());
        if (sentFrom.state() != null) {
            headers.put(TraceContext.STATE_HEADER, sentFrom.state());
        }
    }

    private static void putUnlessSet(Map<String, String> headers, String name, String value) {
        if (!isSet(headers, name)) {
            headers.put(name, value);
        }
    }

    private static boolean isSet(Map<String, String> headers, String name) {
        for (String set : headers.keySet()) {
            if (set.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }
}
