package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;

/** Every way in which a run can fail. The names in lower case are those of the contract and of the {@code runs} table. */
public enum FailureReason implements ContractName {
    TIMEOUT,
    CONNECTION_ERROR,
    DNS_ERROR,
    SSL_ERROR,
    HTTP_CLIENT_ERROR,
    HTTP_SERVER_ERROR,
    HTTP_REDIRECT,
    INVALID_RESPONSE,
    INVALID_URL,
    BLOCKED_ADDRESS,
    ASSERTION_FAILED,
    INTERRUPTED,
    /** No ping has come for a fire at which one was expected. */
    MISSED_PING,
    /** The ping that came says so. */
    REPORTED_FAILURE,
    UNKNOWN
}
