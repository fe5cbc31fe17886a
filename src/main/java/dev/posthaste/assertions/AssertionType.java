package dev.posthaste.assertions;

import dev.posthaste.contract.ContractName;

/** The types of the contract. */
public enum AssertionType implements ContractName {
    STATUS_CODE_EQUALS,
    BODY_CONTAINS,
    BODY_NOT_CONTAINS,
    RESPONSE_TIME_UNDER_MS,
    HEADER_EQUALS,
    JSON_PATH_EQUALS
}
