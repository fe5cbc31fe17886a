package dev.posthaste.crons;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An expression of five fields, or an alias of one, as cron reads it (crontab(5)). It names times of a clock on a
 * wall; a {@link CronSchedule} knows when they are. Immutable; equal when spelt alike.
 */
public final class CronExpression {
    /** No longer text is looked at. */
    public static final int MAX_CHARACTERS = 255;

    private static final int FIELDS = 5;

    private static final Map<String, String> ALIASES = new TreeMap<>(Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *"));

    private final String text;
    private final FieldValues minutes;
    private final FieldValues hours;
    private final Days days;

    private CronExpression(String text, String[] spellings) throws InvalidCronException {
        this.text = text;
        this.minutes = FieldParser.parse(Field.MINUTE, spellings[0]);
        this.hours = FieldParser.parse(Field.HOUR, spellings[1]);
        this.days = new Days(
                FieldParser.parse(Field.DAY_OF_MONTH, spellings[2]),
                FieldParser.parse(Field.MONTH, spellings[3]),
                FieldParser.parse(Field.DAY_OF_WEEK, spellings[4]));
        if (!days.exist()) {
            throw InvalidCronException.because("it can never fire, because no month of the month field ("
                    + days.months().spelling() + ") has a day of the day of month field ("
                    + days.daysOfMonth().spelling() + ")");
        }
    }

    /**
     * Reads one. Names and aliases may be in either case; blanks around it and between its fields do not matter.
     *
     * @param text null and blank for missing
     * @throws InvalidCronException with the contract's sentence when it is missing, unreadable or can never fire
     */
    public static CronExpression parse(@Nullable String text) throws InvalidCronException {
        if (text == null || text.isBlank()) {
            throw InvalidCronException.missing();
        }
        if (text.codePointCount(0, text.length()) > MAX_CHARACTERS) {
            throw InvalidCronException.tooLong(MAX_CHARACTERS);
        }
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw InvalidCronException.because("it has a line break; five fields stand in one line");
        }
        OptionalInt foreign = text.codePoints()
                .filter(character -> character != '\t' && (character < ' ' || character > '~'))
                .findFirst();
        if (foreign.isPresent()) {
            throw InvalidCronException.because(
                    String.format(Locale.ROOT, "it has a character that none has, U+%04X", foreign.getAsInt()));
        }
        return new CronExpression(text, fields(unaliased(text.strip())));
    }

    private static String unaliased(String text) throws InvalidCronException {
        if (!text.startsWith("@")) {
            return text;
        }
        String meant = ALIASES.get(text.toLowerCase(Locale.ROOT));
        if (meant == null) {
            throw InvalidCronException.because("of aliases there are " + String.join(" ", ALIASES.keySet()) + " only");
        }
        return meant;
    }

    private static String[] fields(String text) throws InvalidCronException {
        String[] spellings = text.split("[ \t]+", -1);
        if (spellings.length != FIELDS) {
            throw InvalidCronException.because("it has " + spellings.length
                    + (spellings.length == 1 ? " field" : " fields")
                    + " in place of five: minute, hour, day of month, month and day of week");
        }
        return spellings;
    }

    /** As it was given. */
    public String text() {
        return text;
    }

    /** When it fires, in English words such as {@code Every 5 minutes}; of no zone. */
    public String description() {
        return new Description(minutes, hours, days).words();
    }

    LocalMinutes localMinutes() {
        return new LocalMinutes(minutes, hours, days);
    }

    /** Whether it follows the clock on the wall through its changes, because minute or hour is a wildcard. */
    boolean followsTheClock() {
        return minutes.isWildcard() || hours.isWildcard();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CronExpression expression && expression.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
