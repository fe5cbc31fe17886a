package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;

/** Where the execution of a cron stands, with all attempts of its chain. */
public enum ExecutionStatus implements ContractName {
    /** It waits for its first attempt, or for the next one. */
    PENDING,
    /** An attempt has been claimed; never written. */
    PROCESSING,
    COMPLETED,
    FAILED,
    /** Not sent, because another execution of its cron was not resolved. */
    SKIPPED,
    CANCELLED
}
