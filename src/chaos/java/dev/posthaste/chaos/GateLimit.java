package dev.posthaste.chaos;

import org.jspecify.annotations.Nullable;

/** What a queue may have in flight, and may be sent a second; null for any number. */
record GateLimit(
        String queue,
        @Nullable Integer maxInFlight,
        @Nullable Integer maxPerSecond) {}
