package dev.posthaste.assertions;

import java.util.Optional;

/** The body does not contain these characters; of a body that was cut off nobody can tell. */
public record BodyNotContains(String value) implements Assertion {
    @Override
    public AssertionType type() {
        return AssertionType.BODY_NOT_CONTAINS;
    }

    @Override
    public Optional<String> objection(Observed observed) {
        if (observed.body().contains(value)) {
            return Optional.of("the body contains that");
        }
        return observed.isBodyCutOff()
                ? Optional.of("the body was cut off, and its rest may contain that")
                : Optional.empty();
    }
}
