package dev.posthaste.assertions;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The types of the contract. */
public enum AssertionType {
    STATUS_CODE_EQUALS,
    BODY_CONTAINS,
    BODY_NOT_CONTAINS,
    RESPONSE_TIME_UNDER_MS,
    HEADER_EQUALS,
    JSON_PATH_EQUALS;

    /** The contract's spelling, such as {@code body_contains}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The reverse of {@link #wireName()}; empty for a name that is none. */
    public static Optional<AssertionType> fromWireName(String name) {
        return Arrays.stream(values())
                .filter(type -> type.wireName().equals(name))
                .findFirst();
    }
}
