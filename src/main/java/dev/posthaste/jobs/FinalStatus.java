package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;

/** How an attempt, and for the original its whole chain, ended. */
public enum FinalStatus implements ContractName {
    SUCCESS,
    RETRYING,
    FAILED_WITH_RETRIES,
    FAILED_NO_RETRIES,
    DEAD_LETTERED,
    CANCELLED;

    /** Whether of a chain whose original has it nothing will be sent any more. */
    public boolean endsChain() {
        return this != RETRYING && this != FAILED_WITH_RETRIES;
    }
}
