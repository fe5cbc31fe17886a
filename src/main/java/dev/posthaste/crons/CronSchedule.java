package dev.posthaste.crons;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The instants at which an expression fires in a zone, by the custom of cron(8). Between two changes of the zone's
 * clock they are the minutes that the expression names. At a change:
 *
 * <ul>
 *   <li>A wildcard, an expression whose minute or hour begins with an asterisk, goes on by the clock on the wall.
 *   <li>Any other one fires as soon as the clock is put forward if a time of its was skipped, once for all of them.
 *   <li>It does not fire again when the clock is put back over its times.
 * </ul>
 *
 * Immutable. Instants are those of the years 1900 to 9999.
 */
public final class CronSchedule {
    /** Zones follow a rule from here on. */
    private static final Instant REGULAR = Instant.parse("2100-01-01T00:00:00Z");

    /** After 400 years the days of the calendar are the same ones of the week. */
    private static final Duration CYCLE = Duration.ofDays(146_097);

    private final CronExpression expression;
    private final ZoneId zone;
    private final ZoneRules rules;
    private final LocalMinutes minutes;
    private final boolean fixedTimes;

    private CronSchedule(CronExpression expression, ZoneId zone) {
        this.expression = expression;
        this.zone = zone;
        this.rules = zone.getRules();
        this.minutes = expression.localMinutes();
        this.fixedTimes = !expression.followsTheClock();
    }

    /**
     * The schedule of an expression in a zone.
     *
     * @throws InvalidCronException when the zone's clock skips each time of a wildcard, so that it can never fire
     */
    public static CronSchedule of(CronExpression expression, ZoneId zone) throws InvalidCronException {
        CronSchedule schedule = new CronSchedule(expression, zone);
        if (schedule.find(REGULAR) == null) {
            throw InvalidCronException.because(
                    "it can never fire in " + zone.getId() + ", where the clock skips each minute that it names");
        }
        return schedule;
    }

    public CronExpression expression() {
        return expression;
    }

    public ZoneId zone() {
        return zone;
    }

    /** The first fire strictly after an instant; there always is one. */
    public Instant next(Instant after) {
        Instant found = find(after);
        if (found == null) {
            throw new IllegalStateException(expression + " in " + zone + " does not fire after " + after + ".");
        }
        return found;
    }

    /** Whether it fires at an instant. */
    public boolean firesAt(Instant at) {
        return next(at.minusMillis(1)).equals(at);
    }

    /**
     * The last fire after {@code from} and not after {@code to}; empty when there is none. What it costs does not grow
     * with the number of fires between them.
     */
    public Optional<Instant> lastBetween(Instant from, Instant to) {
        if (!from.isBefore(to)) {
            return Optional.empty();
        }
        Instant within = to;
        LocalDateTime before =
                local(to, rules.getOffset(to)).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        while (true) {
            ZoneOffset offset = rules.getOffset(within);
            ZoneOffsetTransition begin = lastChange(within);
            LocalDateTime since = local(from, offset);
            if (begin != null && beginning(begin).isAfter(since)) {
                since = beginning(begin);
            }
            LocalDateTime found = minutes.last(since, before);
            if (found != null && found.toInstant(offset).isAfter(from)) {
                return Optional.of(found.toInstant(offset));
            }
            if (begin == null || !begin.getInstant().isAfter(from)) {
                return Optional.empty();
            }
            if (firesAtGap(begin)) {
                return Optional.of(begin.getInstant());
            }
            within = begin.getInstant().minusNanos(1);
            before = wholeMinute(begin.getDateTimeBefore());
        }
    }

    /** The first fire after an instant; null when there is none in a whole cycle of calendar and clock. */
    private @Nullable Instant find(Instant after) {
        Instant limit = (after.isBefore(REGULAR) ? REGULAR : after).plus(CYCLE);
        Instant within = after;
        LocalDateTime from = local(after, rules.getOffset(after))
                .truncatedTo(ChronoUnit.MINUTES)
                .plusMinutes(1);
        ZoneOffsetTransition last = lastChange(after);
        if (last != null && beginning(last).isAfter(from)) {
            from = beginning(last);
        }
        while (!within.isAfter(limit)) {
            ZoneOffset offset = rules.getOffset(within);
            ZoneOffsetTransition end = rules.nextTransition(within);
            LocalDateTime found = minutes.first(from, end == null ? local(limit, offset) : end.getDateTimeBefore());
            if (found != null) {
                return found.toInstant(offset);
            }
            if (end == null) {
                return null;
            }
            if (firesAtGap(end)) {
                return end.getInstant();
            }
            within = end.getInstant();
            from = beginning(end);
        }
        return null;
    }

    /** The change of the clock that was the last one at an instant, or is at it; null for none. */
    private @Nullable ZoneOffsetTransition lastChange(Instant at) {
        return rules.previousTransition(at.plusNanos(1));
    }

    /** From when on, by the clock, the times after a change count: fixed ones that it repeats do not. */
    private LocalDateTime beginning(ZoneOffsetTransition change) {
        return wholeMinute(fixedTimes && change.isOverlap() ? change.getDateTimeBefore() : change.getDateTimeAfter());
    }

    /** Whether fixed times that a change skips fire at it. */
    private boolean firesAtGap(ZoneOffsetTransition change) {
        return fixedTimes
                && change.isGap()
                && minutes.first(wholeMinute(change.getDateTimeBefore()), change.getDateTimeAfter()) != null;
    }

    private static LocalDateTime local(Instant instant, ZoneOffset offset) {
        return LocalDateTime.ofInstant(instant, offset);
    }

    /** The first whole minute that is not before. Changes of old were at odd seconds. */
    private static LocalDateTime wholeMinute(LocalDateTime time) {
        LocalDateTime minute = time.truncatedTo(ChronoUnit.MINUTES);
        return minute.equals(time) ? time : minute.plusMinutes(1);
    }

    @Override
    public String toString() {
        return expression + " " + zone;
    }
}
