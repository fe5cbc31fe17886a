package dev.posthaste.alerts;

import dev.posthaste.contract.ContractName;

/** What an alert says. */
public enum AlertType implements ContractName {
    /** A first failure: of a cron's row, or of a job. */
    WARNING,
    /** A cron has failed as often as its threshold says, or a job for good. */
    FAILURE,
    /** A cron has succeeded after a failure that was told. */
    RECOVERY
}
