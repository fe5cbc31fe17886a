package dev.posthaste.operations;

import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.FoundChain;
import dev.posthaste.jobs.JobStatus;

/** What an operation does to each chain. */
public enum OperationAction implements ContractName {
    /** Sends those again that are over and were not replayed. */
    REPLAY {
        @Override
        boolean isAllowed(FoundChain chain) {
            return chain.isResolved() && !chain.isReplayed();
        }
    },
    /** Cancels what is pending of them. */
    CANCEL {
        @Override
        boolean isAllowed(FoundChain chain) {
            return chain.lastStatus() == JobStatus.PENDING;
        }
    },
    /** Removes those that are over. */
    PURGE {
        @Override
        boolean isAllowed(FoundChain chain) {
            return chain.isResolved();
        }
    };

    /** Whether the chain was in a state that allows it when it was found. */
    abstract boolean isAllowed(FoundChain chain);
}
