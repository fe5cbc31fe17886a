package dev.posthaste.crons;

import java.time.DayOfWeek;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Says in English when an expression fires: first at what times, then on what days. */
final class Description {
    /** So many times of a day are told one by one. */
    private static final int MAX_TIMES = 6;

    private final Progression minutes;
    private final Progression hours;
    private final Days days;

    Description(FieldValues minutes, FieldValues hours, Days days) {
        this.minutes = Progression.of(minutes.values(), 60);
        this.hours = Progression.of(hours.values(), 24);
        this.days = days;
    }

    String words() {
        String times =
                minutes.goesRound() ? everyFewMinutes() : minutes.isSingle() ? onceAnHour() : severalTimesAnHour();
        String onDays = onDays();
        // What tells of times of a day needs a day to tell of.
        String everyDay = onDays.startsWith("on ") || hours.isWhole() || times.startsWith("Every") ? "" : " every day";
        return times + everyDay + (onDays.isEmpty() ? "" : " " + onDays);
    }

    private String everyFewMinutes() {
        String often = every(minutes.step(), "minute");
        if (hours.isWhole()) {
            return often;
        }
        return hours.isSingle() || hours.step() == 1 ? often + fromTo() : often + " in the hours " + numbers(hours);
    }

    private String onceAnHour() {
        int minute = minutes.first();
        if (hours.isWhole()) {
            return minute == 0 ? "Every hour" : "At minute " + minute + " of every hour";
        }
        if (hours.isRow() && hours.size() > 2) {
            return every(hours.step(), "hour") + (minute == 0 && hours.goesRound() ? "" : fromTo());
        }
        return hours.size() <= MAX_TIMES ? atTimes() : "At minute " + minute + " of the hours " + numbers(hours);
    }

    private String severalTimesAnHour() {
        if (minutes.size() * hours.size() <= MAX_TIMES) {
            return atTimes();
        }
        String ofHours =
                hours.isWhole() ? "every hour" : (hours.isSingle() ? "the hour " : "the hours ") + numbers(hours);
        return "At minutes " + numbers(minutes) + " of " + ofHours;
    }

    private String fromTo() {
        return " from " + time(hours.first(), minutes.first()) + " to " + time(hours.last(), minutes.last());
    }

    private String atTimes() {
        List<String> times = new ArrayList<>();
        for (int hour : hours.values()) {
            for (int minute : minutes.values()) {
                times.add(time(hour, minute));
            }
        }
        return "At " + joined(times);
    }

    private String onDays() {
        boolean anyOfMonth = days.daysOfMonth().isFull();
        boolean anyOfWeek = days.daysOfWeek().isFull();
        String inMonths = days.months().isFull() ? "" : "in " + months();
        if (days.isEither() ? anyOfMonth || anyOfWeek : anyOfMonth && anyOfWeek) {
            return inMonths;
        }
        String onWeekdays = "on " + weekdays();
        if (anyOfMonth) {
            return inMonths.isEmpty() ? onWeekdays : onWeekdays + " " + inMonths;
        }
        if (anyOfWeek) {
            return "on " + daysOfMonth();
        }
        return days.isEither()
                ? "on " + daysOfMonth() + ", and " + onWeekdays
                        + (inMonths.isEmpty() ? " too" : " " + inMonths + " too")
                : onWeekdays + " that fall on " + daysOfMonth();
    }

    private String daysOfMonth() {
        int[] values = days.daysOfMonth().values();
        return (values.length == 1 ? "day " : "days ")
                + listed(values, Integer::toString)
                + " of "
                + (days.months().isFull() ? "every month" : months());
    }

    private String months() {
        return listed(days.months().values(), month -> Month.of(month).getDisplayName(TextStyle.FULL, Locale.ENGLISH));
    }

    /** From Monday on, so that a weekend is not torn apart. */
    private String weekdays() {
        int[] fromMonday = IntStream.rangeClosed(1, 7)
                .filter(day -> days.daysOfWeek().has(day % 7))
                .toArray();
        return listed(fromMonday, day -> DayOfWeek.of(day).getDisplayName(TextStyle.FULL, Locale.ENGLISH) + "s");
    }

    private static String numbers(Progression values) {
        return listed(values.values(), Integer::toString);
    }

    /** Three and more in a row become a range. */
    private static String listed(int[] values, IntFunction<String> name) {
        List<String> parts = new ArrayList<>();
        int i = 0;
        while (i < values.length) {
            int end = i;
            while (end + 1 < values.length && values[end + 1] == values[end] + 1) {
                end++;
            }
            if (end - i < 2) {
                end = i;
            }
            parts.add(name.apply(values[i]) + (end == i ? "" : " to " + name.apply(values[end])));
            i = end + 1;
        }
        return joined(parts);
    }

    private static String joined(List<String> parts) {
        int last = parts.size() - 1;
        return last == 0 ? parts.get(0) : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
    }

    private static String every(int step, String unit) {
        return step == 1 ? "Every " + unit : "Every " + step + " " + unit + "s";
    }

    private static String time(int hour, int minute) {
        return String.format(Locale.ROOT, "%02d:%02d", hour, minute);
    }
}
