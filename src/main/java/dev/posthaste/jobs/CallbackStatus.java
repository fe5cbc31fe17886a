package dev.posthaste.jobs;

import dev.posthaste.wire.WireName;

/** How the delivery of a callback stands. */
public enum CallbackStatus implements WireName {
    PENDING,
    DELIVERED,
    FAILED
}
