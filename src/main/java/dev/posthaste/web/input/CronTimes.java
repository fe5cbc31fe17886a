package dev.posthaste.web.input;

import dev.posthaste.crons.CronExpression;
import dev.posthaste.crons.CronSchedule;
import dev.posthaste.crons.IanaZones;
import dev.posthaste.crons.InvalidCronException;
import dev.posthaste.crons.UnknownZoneException;
import dev.posthaste.web.http.Errors;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** Reads when a cron fires: an expression, which is required, and a time zone, which is UTC when it is missing. */
public final class CronTimes {
    private static final String TIMEZONE = "timezone";
    private static final ZoneId DEFAULT = ZoneId.of("UTC");

    private CronTimes() {}

    /**
     * The schedule; null after a complaint. What is blank is missing.
     *
     * @param field the name that the expression has in this call
     */
    public static @Nullable CronSchedule read(
            String field, @Nullable String expression, @Nullable String timezone, Errors errors) {
        ZoneId zone = zone(timezone, errors);
        try {
            CronExpression read = CronExpression.parse(expression);
            return zone == null ? null : CronSchedule.of(read, zone);
        } catch (InvalidCronException e) {
            errors.addSentence(field, e.sentence());
            return null;
        }
    }

    /** The name under which the zone is kept: as it was given. */
    static String zoneName(@Nullable String timezone) {
        return timezone == null || timezone.isBlank() ? DEFAULT.getId() : timezone;
    }

    private static @Nullable ZoneId zone(@Nullable String timezone, Errors errors) {
        if (timezone == null || timezone.isBlank()) {
            return DEFAULT;
        }
        try {
            return IanaZones.parse(timezone);
        } catch (UnknownZoneException e) {
            errors.addSentence(TIMEZONE, e.sentence());
            return null;
        }
    }
}
