package dev.posthaste.recurring;

import dev.posthaste.contract.ContractName;

/** What becomes of a fire that comes while an execution of its cron is not resolved. */
public enum Overlap implements ContractName {
    /** It is sent all the same. */
    ALLOW,
    /** It is not sent, and kept as skipped. */
    SKIP
}
