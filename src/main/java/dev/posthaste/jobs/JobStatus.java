package dev.posthaste.jobs;

import java.util.Locale;

/** Where a job stands. {@link #PROCESSING} is never written: it is read from what has been claimed. */
public enum JobStatus {
    PENDING,
    PROCESSING,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** The contract's spelling. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The reverse of {@link #wireName()}; throws {@link IllegalArgumentException} for a name that is none. */
    public static JobStatus fromWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
