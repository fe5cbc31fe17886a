package dev.posthaste.lifecycle;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Reads {@code Retry-After} (RFC 9110, section 10.2.3): a number of seconds, or an HTTP date. */
public final class RetryAfter {
    /** Nobody puts a job off for longer than this. */
    public static final Duration CAP = Duration.ofHours(24);

    private static final int MOST_DIGITS = 9;

    private RetryAfter() {}

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
        return Optional.of(digits.length() > MOST_DIGITS ? CAP : Duration.ofSeconds(Long.parseLong(digits)));
    }

    private static Optional<Duration> untilDate(String text, Instant now) {
        try {
            Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(Duration.between(now, date));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
