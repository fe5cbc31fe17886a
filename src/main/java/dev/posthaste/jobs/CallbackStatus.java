package dev.posthaste.jobs;

import java.util.Locale;

/** How the delivery of a callback stands. */
public enum CallbackStatus {
    PENDING,
    DELIVERED,
    FAILED;

    /** The contract's spelling. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The reverse of {@link #wireName()}; throws {@link IllegalArgumentException} for a name that is none. */
    public static CallbackStatus fromWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
