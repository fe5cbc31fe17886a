package dev.posthaste.web.input;

import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.ChainFilter;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobStatus;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.json.JsonValue;
import dev.posthaste.operations.FilterText;
import dev.posthaste.operations.NewOperation;
import dev.posthaste.operations.OperationAction;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Errors;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what is to be done to all jobs that a filter finds. Thread-safe. */
public final class OperationReader {
    private static final int MAX_PER_SECOND = 1_000;
    private static final int MAX_HOST = 255;
    private static final String ACTION = "action";
    private static final String FILTER = "filter";

    /** No job was accepted before, and PostgreSQL's times do not reach as far as Java's. */
    private static final Instant FIRST = Instant.EPOCH;

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private final JsonDocument json;

    public OperationReader(JsonDocument json) {
        this.json = json;
    }

    /**
     * What somebody wants done.
     *
     * @throws ApiException 422 when it is not valid, or its filter names nothing: nobody means all jobs by saying nothing
     */
    public NewOperation read(String body) {
        Errors errors = new Errors();
        FieldReader fields = new FieldReader(json.readBody(body), "", errors);
        OperationAction action = constant(fields, ACTION, fields.requiredText(ACTION), OperationAction.class);
        ChainFilter filter = filter(fields);
        Boolean isDryRun = fields.flag("dry_run");
        Integer maxPerSecond = fields.integerBetween("max_per_second", 1, MAX_PER_SECOND);
        fields.refuseUnknown();
        errors.mustBeNone();
        return new NewOperation(
                Objects.requireNonNull(action),
                Objects.requireNonNull(filter),
                isDryRun == null || isDryRun,
                maxPerSecond);
    }

    private @Nullable ChainFilter filter(FieldReader fields) {
        JsonValue value = fields.take(FILTER);
        if (value == null) {
            fields.complain(FILTER, "is required.");
            return null;
        }
        if (!(value instanceof JsonValue.ObjectText object)) {
            fields.complain(FILTER, "must be an object.");
            return null;
        }
        FieldReader named = fields.within(FILTER, json.fields(object));
        int before = fields.complaints();
        // The empty value of somebody's variable would otherwise mean the jobs of all queues.
        named.refuseBlank();
        ChainFilter filter = filterOf(named);
        named.refuseUnknown();
        if (fields.complaints() == before && FilterText.named(filter).isEmpty()) {
            fields.complain(
                    FILTER,
                    "must name something: queue, status, final_status, url, tag, host, failure_reason, before, after or replayed.");
        }
        return filter;
    }

    private static ChainFilter filterOf(FieldReader named) {
        String queue = named.text("queue");
        QueueNameRules.check(named, "queue", queue);
        return new ChainFilter(
                queue,
                constant(named, "status", named.text("status"), JobStatus.class),
                constant(named, "final_status", named.text("final_status"), FinalStatus.class),
                text(named, "url", TargetUrl.MAX_CHARACTERS),
                Tags.one(named, "tag"),
                text(named, "host", MAX_HOST),
                constant(named, "failure_reason", named.text("failure_reason"), FailureReason.class),
                instant(named, "before"),
                roundedUp(instantOf(named, "after")),
                named.flag("replayed"));
    }

    private static @Nullable String text(FieldReader fields, String name, int maxCharacters) {
        String text = fields.text(name);
        if (text != null && text.codePointCount(0, text.length()) > maxCharacters) {
            fields.complain(name, "must not be greater than " + maxCharacters + " characters.");
        }
        if (text != null && text.codePoints().anyMatch(Character::isISOControl)) {
            fields.complain(name, "must not contain control characters.");
        }
        return text;
    }

    private static <E extends Enum<E> & ContractName> @Nullable E constant(
            FieldReader fields, String name, @Nullable String value, Class<E> type) {
        Optional<E> found = value == null ? Optional.empty() : ContractName.find(type, value);
        if (value != null && found.isEmpty()) {
            fields.complainOfChoice(name);
        }
        return found.orElse(null);
    }

    /** What was accepted in the second before is not meant. */
    private static @Nullable Instant roundedUp(@Nullable Instant time) {
        if (time == null) {
            return null;
        }
        Instant whole = time.truncatedTo(ChronoUnit.SECONDS);
        return whole.equals(time) ? whole : whole.plusSeconds(1);
    }

    /** To the second, as it is shown. */
    private static @Nullable Instant instant(FieldReader fields, String name) {
        Instant time = instantOf(fields, name);
        return time == null ? null : time.truncatedTo(ChronoUnit.SECONDS);
    }

    private static @Nullable Instant instantOf(FieldReader fields, String name) {
        String time = fields.text(name);
        if (time == null) {
            return null;
        }
        try {
            Instant instant = OffsetDateTime.parse(time, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                    .toInstant();
            return instant.isBefore(FIRST) ? FIRST : instant.isAfter(LAST) ? LAST : instant;
        } catch (DateTimeException e) {
            fields.complain(name, "must be an ISO 8601 date and time with an offset.");
            return null;
        }
    }
}
