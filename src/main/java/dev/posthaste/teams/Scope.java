package dev.posthaste.teams;

import dev.posthaste.contract.ContractName;
import java.util.Locale;

/** What a token may do, as the contract lists it. */
public enum Scope implements ContractName {
    JOBS_READ,
    JOBS_WRITE,
    QUEUES_READ,
    QUEUES_WRITE,
    CRONS_READ,
    CRONS_WRITE,
    ALERTS_READ,
    ALERTS_WRITE,
    /** Tokens, signing secrets and what else concerns the team itself. */
    ADMIN;

    /** Such as {@code jobs:read}. */
    @Override
    public String contractName() {
        return name().toLowerCase(Locale.ROOT).replace('_', ':');
    }
}
