package dev.posthaste.crons;

import java.time.LocalDate;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/** The minutes on a calendar and a clock on a wall, of no zone, that an expression names. Immutable. */
final class LocalMinutes {
    private static final int NONE = -1;
    private static final int LAST_OF_DAY = 24 * 60 - 1;

    private final FieldValues minutes;
    private final FieldValues hours;
    private final Days days;

    LocalMinutes(FieldValues minutes, FieldValues hours, Days days) {
        this.minutes = minutes;
        this.hours = hours;
        this.days = days;
    }

    /** The first that is not before {@code from}, a whole minute, and is before {@code until}; null for none. */
    @Nullable
    LocalDateTime first(LocalDateTime from, LocalDateTime until) {
        if (!from.isBefore(until)) {
            return null;
        }
        LocalDate date = from.toLocalDate();
        int minute = days.has(date) ? firstFrom(minuteOfDay(from)) : NONE;
        if (minute == NONE) {
            date = days.first(date.plusDays(1), until.toLocalDate());
            if (date == null) {
                return null;
            }
            minute = firstFrom(0);
        }
        LocalDateTime found = at(date, minute);
        return found.isBefore(until) ? found : null;
    }

    /** The last that is before {@code before}, a whole minute, and not before {@code since}; null for none. */
    @Nullable
    LocalDateTime last(LocalDateTime since, LocalDateTime before) {
        if (!since.isBefore(before)) {
            return null;
        }
        LocalDateTime to = before.minusMinutes(1);
        LocalDate date = to.toLocalDate();
        int minute = days.has(date) ? lastUpTo(minuteOfDay(to)) : NONE;
        if (minute == NONE) {
            date = days.last(since.toLocalDate(), date.minusDays(1));
            if (date == null) {
                return null;
            }
            minute = lastUpTo(LAST_OF_DAY);
        }
        LocalDateTime found = at(date, minute);
        return found.isBefore(since) ? null : found;
    }

    private int firstFrom(int minuteOfDay) {
        int hour = minuteOfDay / 60;
        int minute = hours.has(hour) ? minutes.firstFrom(minuteOfDay % 60) : NONE;
        if (minute == NONE) {
            hour = hours.firstFrom(hour + 1);
            minute = minutes.firstFrom(0);
        }
        return hour == NONE ? NONE : hour * 60 + minute;
    }

    private int lastUpTo(int minuteOfDay) {
        int hour = minuteOfDay / 60;
        int minute = hours.has(hour) ? minutes.lastUpTo(minuteOfDay % 60) : NONE;
        if (minute == NONE) {
            hour = hours.lastUpTo(hour - 1);
            minute = minutes.lastUpTo(Field.MINUTE.max());
        }
        return hour == NONE ? NONE : hour * 60 + minute;
    }

    private static int minuteOfDay(LocalDateTime time) {
        return time.getHour() * 60 + time.getMinute();
    }

    private static LocalDateTime at(LocalDate date, int minuteOfDay) {
        return date.atTime(minuteOfDay / 60, minuteOfDay % 60);
    }
}
