package dev.posthaste.web.input;

import dev.posthaste.intake.Schedule;
import dev.posthaste.jobs.RequestBody;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.json.JsonValue;
import dev.posthaste.redaction.Masks;
import dev.posthaste.redaction.Redaction;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields that say what a job sends and when, each null when it is absent or there are complaints. Thread-safe.
 */
public final class RequestFields {
    private static final int MAX_DELAY_SECONDS = 86_400;
    private static final int MAX_TIMEOUT_SECONDS = 300;
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    /** Whoever shows a job and sends back what he saw would lose what it stands for. */
    static final String MASKED = "is a masked value; send the original, or leave the field out.";

    private final JsonDocument json;
    private final InstantSource clock;
    private final Duration maxHorizon;

    /** @param maxHorizon how far ahead of {@code clock} a job may be due */
    public RequestFields(JsonDocument json, InstantSource clock, Duration maxHorizon) {
        this.json = json;
        this.clock = clock;
        this.maxHorizon = maxHorizon;
    }

    @Nullable
    String url(FieldReader fields) {
        return url(fields, "url", fields.text("url"));
    }

    @Nullable
    String requiredUrl(FieldReader fields) {
        return url(fields, "url", fields.requiredText("url"));
    }

    @Nullable
    String callbackUrl(FieldReader fields) {
        return url(fields, "callback_url", fields.text("callback_url"));
    }

    @Nullable
    Integer timeoutSeconds(FieldReader fields) {
        return fields.integerBetween("timeout_seconds", 1, MAX_TIMEOUT_SECONDS);
    }

    @Nullable
    List<Integer> retryDelays(FieldReader fields) {
        return RetryDelays.read(json, fields);
    }

    @Nullable
    Redaction redaction(FieldReader fields) {
        return Redactions.read(json, fields);
    }

    @Nullable
    List<String> tags(FieldReader fields) {
        return Tags.read(json, fields);
    }

    @Nullable
    Integer priority(FieldReader fields) {
        return fields.integerBetween("priority", 1, 10);
    }

    private static @Nullable String url(FieldReader fields, String name, @Nullable String url) {
        if (url != null) {
            checkUrl(fields, name, url);
        }
        return url;
    }

    /** Complains of what is not a URL that something can be sent to. */
    static void checkUrl(FieldReader fields, String name, String url) {
        if (url.codePointCount(0, url.length()) > TargetUrl.MAX_CHARACTERS) {
            fields.complain(name, "must not be greater than " + TargetUrl.MAX_CHARACTERS + " characters.");
        } else if (TargetUrl.parse(url).isEmpty()) {
            fields.complain(name, "must be a valid URL.");
        }
    }

    @Nullable
    String method(FieldReader fields) {
        String method = fields.text("method");
        if (method != null && !METHODS.contains(method)) {
            fields.complainOf("method", "The selected method is invalid.");
        }
        return method;
    }

    @Nullable
    Map<String, String> headers(FieldReader fields) {
        JsonValue value = fields.take("headers");
        if (value instanceof JsonValue.ObjectText object) {
            return HeaderRules.read(json.fields(object), fields);
        }
        // PHP spells an empty map as an empty list.
        boolean isEmptyArray = value instanceof JsonValue.ArrayText array
                && json.elements(array, 0).isEmpty();
        if (value != null && !isEmptyArray) {
            fields.complain("headers", "must be an object.");
        }
        return isEmptyArray ? Map.of() : null;
    }

    @Nullable
    RequestBody body(FieldReader fields) {
        JsonValue payload = fields.take("payload");
        JsonValue body = fields.take("body");
        if (payload != null && body != null) {
            fields.complain("body", "must not be given together with payload.");
        }
        if (payload instanceof JsonValue.ObjectText object) {
            return new RequestBody(RequestBody.Kind.PAYLOAD, object.text().copy());
        }
        if (payload instanceof JsonValue.ArrayText array) {
            return new RequestBody(RequestBody.Kind.PAYLOAD, array.text().copy());
        }
        if (payload != null) {
            fields.complain("payload", "must be an object.");
        }
        if (body instanceof JsonValue.Text text) {
            String raw = text.value();
            if (raw.indexOf('\0') >= 0) {
                fields.complain("body", "must not contain NUL characters.");
            }
            if (Masks.isIn(raw)) {
                fields.complain("body", MASKED);
            }
            return new RequestBody(RequestBody.Kind.RAW, raw);
        }
        if (body != null) {
            fields.complain("body", "must be a string.");
        }
        return null;
    }

    @Nullable
    Schedule schedule(FieldReader fields) {
        Integer delay = fields.integer("delay", 0, MAX_DELAY_SECONDS);
        boolean hasDelay = fields.take("delay") != null;
        String runAt = fields.text("run_at");
        if (runAt == null) {
            return delay == null ? null : new Schedule.After(Duration.ofSeconds(delay));
        }
        if (hasDelay) {
            fields.complain("run_at", "must not be given together with delay.");
        }
        return new Schedule.At(instant(fields, runAt));
    }

    private Instant instant(FieldReader fields, String runAt) {
        Instant now = clock.instant();
        try {
            Instant instant = OffsetDateTime.parse(runAt, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                    .toInstant()
                    .truncatedTo(ChronoUnit.MILLIS);
            if (instant.isAfter(now.plus(maxHorizon))) {
                fields.complain("run_at", "must not be more than " + maxHorizon.toDays() + " days ahead.");
            }
            // What has long been due is as due as what has just become it, and PostgreSQL's time has a beginning.
            return instant.isBefore(Instant.EPOCH) ? Instant.EPOCH : instant;
        } catch (DateTimeException e) {
            fields.complain("run_at", "must be an ISO 8601 date and time with an offset.");
            return now;
        }
    }
}
