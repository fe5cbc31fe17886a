package dev.posthaste.web.input;

import dev.posthaste.assertions.Assertion;
import dev.posthaste.assertions.AssertionText;
import dev.posthaste.queues.QueueSettings;
import dev.posthaste.redaction.Redaction;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a queue's settings: those that a body names, over those that there are. Thread-safe. */
public final class QueueSettingsReader {
    private static final int MAX_TIMEOUT_SECONDS = 300;
    private static final int MAX_RETENTION_DAYS = 365;

    private final JsonDocument json;

    public QueueSettingsReader(JsonDocument json) {
        this.json = json;
    }

    /**
     * The settings of a queue that is made.
     *
     * @throws ApiException 422 when one of them is not valid
     */
    public QueueSettings ofNew(String body) {
        JsonFields object = json.readBody(body);
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(object, "", errors);
        String name = fields.requiredText("name");
        QueueNameRules.check(fields, "name", name);
        String known = name == null ? "" : name;
        return read(fields, known, QueueSettings.ofNew(known), errors);
    }

    /**
     * What the body changes. {@code null} counts as absent, but for the two limits, which it lifts.
     *
     * @throws ApiException 422 when one of them is not valid
     */
    public QueueSettings changed(JsonFields object, QueueSettings before) {
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(object, "", errors);
        String name = fields.text("name");
        QueueNameRules.check(fields, "name", name);
        return read(fields, name == null ? before.name() : name, before, errors);
    }

    private QueueSettings read(FieldReader fields, String name, QueueSettings before, Errors errors) {
        List<Integer> delays = RetryDelays.read(json, fields);
        List<Assertion> assertions = SuccessAssertions.read(json, fields);
        Redaction redaction = Redactions.read(json, fields);
        QueueSettings settings = new QueueSettings(
                name,
                or(fields.flag("is_active"), before.isActive()),
                or(fields.integerBetween("timeout_seconds", 1, MAX_TIMEOUT_SECONDS), before.timeoutSeconds()),
                or(fields.flag("retries_enabled"), before.retriesEnabled()),
                delays == null ? before.retryDelays() : delays,
                assertions == null ? before.successAssertions() : AssertionText.write(assertions),
                or(fields.flag("alerts_enabled"), before.alertsEnabled()),
                limit(fields, "max_parallelism", before.maxParallelism()),
                limit(fields, "max_per_second", before.maxPerSecond()),
                or(fields.integerBetween("dlq_retention_days", 1, MAX_RETENTION_DAYS), before.dlqRetentionDays()),
                redaction == null ? before.redaction() : redaction);
        fields.refuseUnknown();
        errors.mustBeNone();
        return settings;
    }

    private static @Nullable Integer limit(FieldReader fields, String name, @Nullable Integer before) {
        if (fields.isNull(name)) {
            return null;
        }
        Integer limit = fields.integer(name, 1, Integer.MAX_VALUE);
        return limit == null ? before : limit;
    }

    private static boolean or(@Nullable Boolean given, boolean before) {
        return given == null ? before : given;
    }

    private static int or(@Nullable Integer given, int before) {
        return given == null ? before : given;
    }
}
