package dev.posthaste.jobs;

import dev.posthaste.wire.WireName;

/** Where a job stands. {@link #PROCESSING} is never written: it is read from what has been claimed. */
public enum JobStatus implements WireName {
    PENDING,
    PROCESSING,
    COMPLETED,
    FAILED,
    CANCELLED
}
