package dev.posthaste.alerts;

import dev.posthaste.contract.ContractName;

/** What there are alerts of. */
public enum AlertableType implements ContractName {
    CRON,
    QUEUE
}
