package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;

/** Where a job stands. {@link #PROCESSING} is never written: it is read from what has been claimed. */
public enum JobStatus implements ContractName {
    PENDING,
    PROCESSING,
    COMPLETED,
    FAILED,
    CANCELLED
}
