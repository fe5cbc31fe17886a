package dev.posthaste.assertions;

import java.util.Optional;

/** The part of the body that is kept contains these characters. */
public record BodyContains(String value) implements Assertion {
    @Override
    public AssertionType type() {
        return AssertionType.BODY_CONTAINS;
    }

    @Override
    public Optional<String> objection(Observed observed) {
        if (observed.body().contains(value)) {
            return Optional.empty();
        }
        return Optional.of(
                observed.isBodyCutOff()
                        ? "the body was cut off, and what was read of it does not contain that"
                        : "the body does not contain that");
    }
}
