package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;

/** How the delivery of a callback stands. */
public enum CallbackStatus implements ContractName {
    PENDING,
    DELIVERED,
    FAILED
}
