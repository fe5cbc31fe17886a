package dev.posthaste.assertions;

import java.time.Duration;
import java.util.Optional;

/** The exchange took less than this, from its start to the end of the answer. */
public record ResponseTimeUnder(Duration limit) implements Assertion {
    @Override
    public AssertionType type() {
        return AssertionType.RESPONSE_TIME_UNDER_MS;
    }

    @Override
    public String value() {
        return String.valueOf(limit.toMillis());
    }

    @Override
    public Optional<String> objection(Observed observed) {
        return observed.took().compareTo(limit) < 0
                ? Optional.empty()
                : Optional.of("the exchange took " + observed.took().toMillis() + " ms");
    }
}
