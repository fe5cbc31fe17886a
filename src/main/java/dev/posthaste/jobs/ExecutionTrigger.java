package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;

/** What has made an execution. */
public enum ExecutionTrigger implements ContractName {
    /** It was time. */
    SCHEDULE,
    /** Somebody asked for it. */
    RUN_NOW
}
