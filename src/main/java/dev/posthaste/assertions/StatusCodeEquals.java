package dev.posthaste.assertions;

import java.util.Optional;

/** The status is this one. */
public record StatusCodeEquals(int status) implements Assertion {
    @Override
    public AssertionType type() {
        return AssertionType.STATUS_CODE_EQUALS;
    }

    @Override
    public String value() {
        return String.valueOf(status);
    }

    @Override
    public Optional<String> objection(Observed observed) {
        return observed.status() == status ? Optional.empty() : Optional.of("the status was " + observed.status());
    }
}
