package dev.posthaste.web.input;

import dev.posthaste.stats.StatsRange;
import dev.posthaste.stats.StatsStep;
import dev.posthaste.web.http.Errors;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads which time statistics are asked of. Thread-safe. */
public final class StatsQuery {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");
    private static final String FROM = "from";
    private static final String TO = "to";

    private final InstantSource clock;

    /** @param clock the database's */
    public StatsQuery(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * What the query string says; what is absent or empty is the usual.
     *
     * @return null when there is a complaint
     */
    public @Nullable StatsRange range(
            @Nullable String from, @Nullable String to, @Nullable String step, Errors errors) {
        int before = errors.count();
        Instant now = clock.instant();
        StatsStep wanted = step(step, errors);
        Instant end = instant(TO, to, errors);
        Instant start = instant(FROM, from, errors);
        if (errors.count() > before) {
            return null;
        }
        // Of what is to come there is nothing to tell.
        Instant last = end == null || end.isAfter(now) ? now : end;
        Instant first = start == null ? last.minus(wanted.usualRange()) : start;
        if (first.isBefore(Instant.EPOCH)) {
            errors.add(FROM, "must not be before 1970.");
            return null;
        }
        StatsRange range = StatsRange.around(wanted, first, last);
        if (!first.isBefore(last)) {
            errors.add(FROM, "must be before to, and before now.");
        } else if (range.points() > StatsRange.MAX_POINTS) {
            errors.add(
                    FROM,
                    "must not be more than " + StatsRange.MAX_POINTS + " steps before to: there would be "
                            + range.points() + ".");
        } else if (wanted == StatsStep.MINUTE && range.from().isBefore(StatsRange.minutesSince(now))) {
            errors.add(FROM, "must not be more than a day ago with a step of 60: older minutes are kept as hours.");
        }
        return errors.count() > before ? null : range;
    }

    private static StatsStep step(@Nullable String step, Errors errors) {
        if (step == null || step.isBlank()) {
            return StatsStep.MINUTE;
        }
        Optional<StatsStep> known =
                DIGITS.matcher(step).matches() ? StatsStep.ofSeconds(Long.parseLong(step)) : Optional.empty();
        if (known.isEmpty()) {
            errors.add("step", "must be 60, 3600 or 86400.");
        }
        return known.orElse(StatsStep.MINUTE);
    }

    private static @Nullable Instant instant(String field, @Nullable String value, Errors errors) {
        if (value == null || value.isBlank()) {
            return null;
        }
        try {
            // A plus that is not encoded is a blank in a query string, and no other blank stands in a time.
            return OffsetDateTime.parse(value.replace(' ', '+'), DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException e) {
            errors.add(field, "must be an ISO 8601 date and time with an offset.");
            return null;
        }
    }
}
