package dev.posthaste.web.input;

import dev.posthaste.assertions.Assertion;
import dev.posthaste.assertions.AssertionText;
import dev.posthaste.crons.CronSchedule;
import dev.posthaste.jobs.RequestBody;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.json.JsonValue;
import dev.posthaste.recurring.Cron;
import dev.posthaste.recurring.CronSettings;
import dev.posthaste.recurring.Overlap;
import dev.posthaste.recurring.Timing;
import dev.posthaste.redaction.Masks;
import dev.posthaste.redaction.Redaction;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what is set of a cron: what a body names, over what there is. Thread-safe. */
public final class CronSettingsReader {
    private static final int MAX_NAME = 255;
    private static final int MAX_THRESHOLD = 3;
    private static final String EXPRESSION = "cron_expression";
    private static final String HEADERS = "headers";
    private static final String PAYLOAD = "payload";
    private static final String CALLBACK_URL = "callback_url";
    private static final String QUEUE = "queue";
    private static final String REDACT = "redact";
    private static final String EXPECT_PING = "expect_ping";
    private static final String GRACE_SECONDS = "grace_seconds";
    private static final int DEFAULT_GRACE_SECONDS = 60;
    private static final int MAX_GRACE_SECONDS = 86_400;

    /** Of a cron that sends nothing. */
    private static final String NO_URL = "";

    /** What says how something is sent. */
    private static final List<String> NOT_WITH_PING = List.of(
            "url",
            "method",
            HEADERS,
            PAYLOAD,
            "timeout_seconds",
            "retry_delays",
            "success_assertions",
            "overlap",
            QUEUE,
            REDACT);

    private final JsonDocument json;
    private final RequestFields requests;

    public CronSettingsReader(JsonDocument json, RequestFields requests) {
        this.json = json;
        this.requests = requests;
    }

    /**
     * The settings of a cron that is made.
     *
     * @throws ApiException 422 when one of them is missing or not valid
     */
    public CronSettings ofNew(String body) {
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(json.readBody(body), "", errors);
        String name = fields.requiredText("name");
        boolean expectsPing = Boolean.TRUE.equals(fields.flag(EXPECT_PING));
        String url = expectsPing ? NO_URL : requests.requiredUrl(fields);
        Redaction redaction = requests.redaction(fields);
        CronSettings defaults = new CronSettings(
                String.valueOf(name),
                new TargetRequest(
                        "POST",
                        String.valueOf(url),
                        Map.of(),
                        null,
                        null,
                        CronSettings.DEFAULT_TIMEOUT_SECONDS,
                        List.of(),
                        redaction == null ? Redaction.NONE : redaction),
                new Timing("", ""),
                true,
                AssertionText.NONE,
                Overlap.ALLOW,
                null,
                1,
                expectsPing ? (Integer) DEFAULT_GRACE_SECONDS : null);
        return read(fields, name, url, defaults, errors);
    }

    /**
     * What the body changes. {@code null} counts as absent, but for the payload, the callback URL and the queue, which it
     * takes away. What is not shown of it stays so: {@code redact} is not one of the fields.
     *
     * @throws ApiException 422 when one of them is not valid, 409 when what is not shown would come to light
     */
    public CronSettings changed(JsonFields object, Cron cron) {
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(object, "", errors);
        CronSettings before = cron.settings();
        Boolean expectsPing = fields.flag(EXPECT_PING);
        if (expectsPing != null && expectsPing != before.expectsPing()) {
            fields.complain(EXPECT_PING, "cannot be changed; make another cron.");
        }
        if (!before.expectsPing() && fields.take(REDACT) != null) {
            fields.complain(REDACT, "cannot be changed; make another cron.");
        }
        CronSettings after =
                read(fields, fields.text("name"), before.expectsPing() ? NO_URL : requests.url(fields), before, errors);
        boolean keepsHeaders = fields.take(HEADERS) == null;
        boolean keepsPayload = fields.take(PAYLOAD) == null && after.request().body() != null;
        if (isElsewhere(before, after) && keepsHidden(cron, keepsHeaders, keepsPayload)) {
            throw ApiException.conflict(
                    "The cron has headers or a payload that are not shown. To send it to another host,"
                            + " give them again with the url.");
        }
        boolean leavesQueue = !Objects.equals(before.queue(), after.queue());
        if (leavesQueue && isHiddenByQueue(cron, keepsHeaders, keepsPayload)) {
            throw ApiException.conflict("The cron has headers or a payload that its queue hides. To take it out of the"
                    + " queue, give them again.");
        }
        return after;
    }

    private static boolean isElsewhere(CronSettings before, CronSettings after) {
        return !TargetUrl.parse(before.request().url())
                .map(TargetUrl::origin)
                .equals(TargetUrl.parse(after.request().url()).map(TargetUrl::origin));
    }

    /** Who may change a cron but not see its credentials must not have them sent to himself. */
    private static boolean keepsHidden(Cron cron, boolean keepsHeaders, boolean keepsPayload) {
        Redaction hidden = cron.redaction();
        Set<String> names = cron.settings().request().headers().keySet();
        return (keepsHeaders && hidden.hidesAnyOf(names)) || (keepsPayload && hidden.hidesBody());
    }

    private static boolean isHiddenByQueue(Cron cron, boolean keepsHeaders, boolean keepsPayload) {
        Redaction own = cron.settings().request().redaction();
        Redaction hidden = cron.redaction();
        boolean isHeader = cron.settings().request().headers().keySet().stream()
                .map(List::of)
                .anyMatch(name -> hidden.hidesAnyOf(name) && !own.hidesAnyOf(name));
        return (keepsHeaders && isHeader) || (keepsPayload && hidden.hidesBody() && !own.hidesBody());
    }

    private CronSettings read(
            FieldReader fields, @Nullable String name, @Nullable String url, CronSettings before, Errors errors) {
        checkName(fields, name);
        Timing timing = timing(fields, before.timing(), errors);
        Integer grace = grace(fields, before);
        if (before.expectsPing()) {
            refuseRequest(fields);
        }
        List<String> tags = requests.tags(fields);
        TargetRequest request = request(fields, url, before.request())
                .tagged(tags == null ? before.request().tags() : tags);
        List<Assertion> assertions = SuccessAssertions.read(json, fields);
        Boolean isActive = fields.flag("is_active");
        Integer threshold = fields.integerBetween("alert_threshold", 1, MAX_THRESHOLD);
        CronSettings settings = new CronSettings(
                name == null ? before.name() : name,
                request,
                timing,
                isActive == null ? before.isActive() : isActive,
                assertions == null ? before.successAssertions() : AssertionText.write(assertions),
                overlap(fields, before.overlap()),
                queue(fields, before.queue()),
                threshold == null ? before.alertThreshold() : threshold,
                grace);
        fields.refuseUnknown();
        errors.mustBeNone();
        return settings;
    }

    private static @Nullable Integer grace(FieldReader fields, CronSettings before) {
        Integer grace = fields.integerBetween(GRACE_SECONDS, 1, MAX_GRACE_SECONDS);
        if (grace != null && !before.expectsPing()) {
            fields.complain(GRACE_SECONDS, "must not be given without " + EXPECT_PING + ".");
        }
        return grace == null || !before.expectsPing() ? before.graceSeconds() : grace;
    }

    /** What nothing would come of is refused rather than left out. */
    private static void refuseRequest(FieldReader fields) {
        for (String name : NOT_WITH_PING) {
            if (fields.take(name) != null) {
                fields.complain(name, "must not be given with " + EXPECT_PING + ".");
            }
        }
    }

    private static void checkName(FieldReader fields, @Nullable String name) {
        if (name == null) {
            return;
        }
        if (name.codePointCount(0, name.length()) > MAX_NAME) {
            fields.complain("name", "must not be greater than " + MAX_NAME + " characters.");
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            fields.complain("name", "must not contain control characters.");
        }
    }

    /** A new expression is read in the zone that there is, and the other way round: only both tell whether it can fire. */
    private static Timing timing(FieldReader fields, Timing before, Errors errors) {
        int complaints = errors.count();
        String expression = fields.text(EXPRESSION);
        String timezone = fields.text("timezone");
        boolean isSame =
                expression == null && timezone == null && !before.expression().isEmpty();
        if (isSame || errors.count() > complaints) {
            return before;
        }
        String wanted = expression == null ? before.expression() : expression;
        String zone = timezone == null ? before.timezone() : timezone;
        CronSchedule schedule = CronTimes.read(EXPRESSION, wanted, zone, errors);
        return schedule == null ? before : new Timing(wanted, CronTimes.zoneName(zone));
    }

    private TargetRequest request(FieldReader fields, @Nullable String url, TargetRequest before) {
        String method = requests.method(fields);
        Map<String, String> headers = requests.headers(fields);
        boolean takesPayload = fields.isNull(PAYLOAD);
        RequestBody payload = payload(fields);
        boolean takesCallback = fields.isNull(CALLBACK_URL);
        String callbackUrl = requests.callbackUrl(fields);
        Integer timeout = requests.timeoutSeconds(fields);
        List<Integer> delays = requests.retryDelays(fields);
        return new TargetRequest(
                method == null ? before.method() : method,
                url == null ? before.url() : url,
                headers == null ? before.headers() : headers,
                takesPayload ? null : payload == null ? before.body() : payload,
                takesCallback ? null : callbackUrl == null ? before.callbackUrl() : callbackUrl,
                timeout == null ? before.timeoutSeconds() : timeout,
                delays == null ? before.retryDelays() : delays,
                before.redaction());
    }

    /** The raw body. It is JSON for whoever does not say otherwise, so it is kept as a payload is. */
    private static @Nullable RequestBody payload(FieldReader fields) {
        JsonValue value = fields.take(PAYLOAD);
        if (value == null) {
            return null;
        }
        if (!(value instanceof JsonValue.Text text)) {
            fields.complain(PAYLOAD, "must be a string.");
            return null;
        }
        String raw = text.value();
        if (raw.indexOf('\0') >= 0) {
            fields.complain(PAYLOAD, "must not contain NUL characters.");
        }
        if (Masks.isIn(raw)) {
            fields.complain(PAYLOAD, RequestFields.MASKED);
        }
        return new RequestBody(RequestBody.Kind.PAYLOAD, raw);
    }

    private static Overlap overlap(FieldReader fields, Overlap before) {
        String text = fields.text("overlap");
        if (text == null) {
            return before;
        }
        for (Overlap overlap : Overlap.values()) {
            if (overlap.contractName().equals(text)) {
                return overlap;
            }
        }
        fields.complainOf("overlap", "The selected overlap is invalid.");
        return before;
    }

    private static @Nullable String queue(FieldReader fields, @Nullable String before) {
        boolean takesQueue = fields.isNull(QUEUE);
        String queue = fields.text(QUEUE);
        QueueNameRules.check(fields, QUEUE, queue);
        return takesQueue ? null : queue == null ? before : queue;
    }
}
