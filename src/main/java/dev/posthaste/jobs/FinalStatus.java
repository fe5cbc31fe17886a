package dev.posthaste.jobs;

import java.util.Locale;

/** How an attempt, and for the original its whole chain, ended. */
public enum FinalStatus {
    SUCCESS,
    RETRYING,
    FAILED_WITH_RETRIES,
    FAILED_NO_RETRIES,
    DEAD_LETTERED,
    CANCELLED;

    /** The contract's spelling. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The reverse of {@link #wireName()}; throws {@link IllegalArgumentException} for a name that is none. */
    public static FinalStatus fromWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
