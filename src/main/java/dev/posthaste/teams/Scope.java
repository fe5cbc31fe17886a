package dev.posthaste.teams;

import dev.posthaste.wire.WireName;
import java.util.Locale;

/** What a token may do, as the contract lists it. */
public enum Scope implements WireName {
    JOBS_READ,
    JOBS_WRITE,
    QUEUES_READ,
    QUEUES_WRITE,
    CRONS_READ,
    CRONS_WRITE,
    ALERTS_READ,
    ALERTS_WRITE,
    /** Tokens, signing secrets and what else concerns the team itself. */
    ADMIN;

    /** Such as {@code jobs:read}. */
    @Override
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', ':');
    }
}
