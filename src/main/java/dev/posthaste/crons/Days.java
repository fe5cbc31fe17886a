package dev.posthaste.crons;

import java.time.LocalDate;
import java.time.Month;
import org.jspecify.annotations.Nullable;

/**
 * On which days an expression fires. When both day fields are restricted, a day that either allows will do; when one
 * begins with an asterisk, both must allow it. Immutable.
 */
final class Days {
    private final FieldValues daysOfMonth;
    private final FieldValues months;
    private final FieldValues daysOfWeek;

    Days(FieldValues daysOfMonth, FieldValues months, FieldValues daysOfWeek) {
        this.daysOfMonth = daysOfMonth;
        this.months = months;
        this.daysOfWeek = daysOfWeek;
    }

    FieldValues daysOfMonth() {
        return daysOfMonth;
    }

    FieldValues months() {
        return months;
    }

    FieldValues daysOfWeek() {
        return daysOfWeek;
    }

    /** Whether one of the day fields is enough. */
    boolean isEither() {
        return !daysOfMonth.isWildcard() && !daysOfWeek.isWildcard();
    }

    /** Whether there is such a day at all: in 400 years every date falls on every day of the week. */
    boolean exist() {
        if (isEither()) {
            return true;
        }
        int first = daysOfMonth.firstFrom(Field.DAY_OF_MONTH.min());
        for (int month : months.values()) {
            if (first <= Month.of(month).maxLength()) {
                return true;
            }
        }
        return false;
    }

    boolean has(LocalDate date) {
        if (!months.has(date.getMonthValue())) {
            return false;
        }
        boolean byMonth = daysOfMonth.has(date.getDayOfMonth());
        boolean byWeek = daysOfWeek.has(date.getDayOfWeek().getValue() % 7);
        return isEither() ? byMonth || byWeek : byMonth && byWeek;
    }

    /** The first one from {@code from} to {@code to}, both included; null when there is none. */
    @Nullable
    LocalDate first(LocalDate from, LocalDate to) {
        LocalDate date = from;
        while (!date.isAfter(to)) {
            if (!months.has(date.getMonthValue())) {
                date = date.withDayOfMonth(1).plusMonths(1);
            } else if (has(date)) {
                return date;
            } else {
                date = date.plusDays(1);
            }
        }
        return null;
    }

    /** The last one from {@code from} to {@code to}, both included; null when there is none. */
    @Nullable
    LocalDate last(LocalDate from, LocalDate to) {
        LocalDate date = to;
        while (!date.isBefore(from)) {
            if (!months.has(date.getMonthValue())) {
                date = date.withDayOfMonth(1).minusDays(1);
            } else if (has(date)) {
                return date;
            } else {
                date = date.minusDays(1);
            }
        }
        return null;
    }
}
