package dev.posthaste.assertions;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The answer has this header with this value.
 *
 * @param name case does not count
 * @param value case counts; the values of a repeated header are joined by a comma and a blank
 */
public record HeaderEquals(String name, String value) implements Assertion {
    @Override
    public AssertionType type() {
        return AssertionType.HEADER_EQUALS;
    }

    @Override
    public Optional<String> objection(Observed observed) {
        Optional<String> header = observed.header(name);
        if (header.isEmpty()) {
            return Optional.of("there is no such header");
        }
        return header.get().equals(value)
                ? Optional.empty()
                : Optional.of("the header was " + Excerpt.quoted(header.get()));
    }

    @Override
    public Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("type", type().contractName());
        fields.put("name", name);
        fields.put("value", value);
        return fields;
    }

    @Override
    public String label() {
        return type().contractName() + " " + Excerpt.of(name) + " " + Excerpt.quoted(value);
    }
}
