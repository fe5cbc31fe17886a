package dev.posthaste.lifecycle;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads {@code Retry-After} (RFC 9110, section 10.2.3): a number of seconds, or an HTTP date in any of its three forms. */
public final class RetryAfter {
    /** No receiver puts a job off for longer than this; a delay of the user's own may be longer. */
    public static final Duration CAP = Duration.ofHours(24);

    private static final int MAX_DIGITS = 9;
    private static final int EARLIEST_YEAR = 2000;

    /** Section 5.6.7: the one to write, and the two obsolete ones that are still to be read. */
    private static final List<DateTimeFormatter> HTTP_DATES = List.of(
            DateTimeFormatter.RFC_1123_DATE_TIME,
            new DateTimeFormatterBuilder()
                    .appendPattern("EEEE, dd-MMM-")
                    .appendValueReduced(ChronoField.YEAR, 2, 2, EARLIEST_YEAR)
                    .appendPattern(" HH:mm:ss 'GMT'")
                    .toFormatter(Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC),
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC));

    private RetryAfter() {}

    /** What several say together: the longest wait, because nobody is to be asked before the last of them has passed. */
    public static Optional<Duration> parse(List<String> values, Instant now) {
        return values.stream().flatMap(value -> parse(value, now).stream()).max(Comparator.naturalOrder());
    }

    /** How long to wait from {@code now} on, at most {@link #CAP}; empty for garbage and for what lies in the past. */
    public static Optional<Duration> parse(String value, Instant now) {
        String text = value.strip();
        Optional<Duration> asked = isNumber(text) ? seconds(text) : untilDate(text, now);
        return asked.filter(wait -> !wait.isNegative() && !wait.isZero())
                .map(wait -> wait.compareTo(CAP) > 0 ? CAP : wait);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static Optional<Duration> seconds(String digits) {
        return Optional.of(digits.length() > MAX_DIGITS ? CAP : Duration.ofSeconds(Long.parseLong(digits)));
    }

    private static Optional<Duration> untilDate(String text, Instant now) {
        return HTTP_DATES.stream()
                .flatMap(format -> date(text, format).stream())
                .findFirst()
                .map(date -> Duration.between(now, date));
    }

    private static Optional<Instant> date(String text, DateTimeFormatter format) {
        try {
            return Optional.of(ZonedDateTime.parse(text, format).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
