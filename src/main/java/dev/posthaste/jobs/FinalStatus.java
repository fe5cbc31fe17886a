package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;

/** How an attempt, and for the original its whole chain, ended. */
public enum FinalStatus implements ContractName {
    SUCCESS,
    RETRYING,
    FAILED_WITH_RETRIES,
    FAILED_NO_RETRIES,
    DEAD_LETTERED,
    CANCELLED
}
