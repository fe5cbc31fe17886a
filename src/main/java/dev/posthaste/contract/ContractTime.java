package dev.posthaste.contract;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The contract's times: UTC with a numeric offset, whole seconds but for executions. */
public final class ContractTime {
    private static final DateTimeFormatter SECONDS = formatter("uuuu-MM-dd'T'HH:mm:ssxxx");
    private static final DateTimeFormatter MILLISECONDS = formatter("uuuu-MM-dd'T'HH:mm:ss.SSSxxx");

    private ContractTime() {}

    /** To the second. */
    public static String seconds(Instant instant) {
        return SECONDS.format(instant);
    }

    /** The same; null for null. */
    public static @Nullable String secondsOrNull(@Nullable Instant instant) {
        return instant == null ? null : SECONDS.format(instant);
    }

    /** To the millisecond. */
    public static String millis(Instant instant) {
        return MILLISECONDS.format(instant);
    }

    /** The same; null for null. */
    public static @Nullable String millisOrNull(@Nullable Instant instant) {
        return instant == null ? null : MILLISECONDS.format(instant);
    }

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }
}
