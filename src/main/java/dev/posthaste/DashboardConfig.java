package dev.posthaste;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The {@code dashboard} part of the configuration. */
public final class DashboardConfig {
    @JsonProperty
    private boolean enabled = true;

    @JsonProperty
    private boolean printLoginLink;

    /** Whether there are pages at the root of the application port, and sessions to sign in to. */
    public boolean enabled() {
        return enabled;
    }

    /** Whether each start prints a link that signs in once: for trying things out, as others may read what a server prints. */
    public boolean printLoginLink() {
        return printLoginLink && enabled;
    }
}
