package dev.posthaste.operations;

import dev.posthaste.contract.ContractName;

/** Where an operation stands. */
public enum OperationStatus implements ContractName {
    RUNNING,
    FINISHED,
    /** Somebody has stopped it, or revoked the token that it was asked for with: what was done stays done. */
    STOPPED,
    /** A slice of it failed again and again for a reason that no waiting ends. */
    FAILED
}
