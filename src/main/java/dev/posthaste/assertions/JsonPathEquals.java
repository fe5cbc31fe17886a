package dev.posthaste.assertions;

import dev.posthaste.jsonpath.Json;
import dev.posthaste.jsonpath.JsonPath;
import dev.posthaste.jsonpath.TooMuchWorkException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of the nodes that the path selects in the body is this.
 *
 * @param value a string's characters, or of anything else the JSON text as it is spelt in the body
 */
public record JsonPathEquals(JsonPath path, String value) implements Assertion {
    @Override
    public AssertionType type() {
        return AssertionType.JSON_PATH_EQUALS;
    }

    @Override
    public Optional<String> objection(Observed observed) {
        if (observed.isBodyCutOff()) {
            return Optional.of("the body was cut off, so its JSON is not whole");
        }
        Optional<Json> json = observed.json();
        if (json.isEmpty()) {
            return Optional.of("the body is not JSON, or nested deeper than 100");
        }
        try {
            return objection(path.select(json.get()));
        } catch (TooMuchWorkException e) {
            return Optional.of("the path takes too much work on this body");
        }
    }

    private Optional<String> objection(List<Json> nodes) {
        if (nodes.isEmpty()) {
            return Optional.of("nothing in the body matches the path");
        }
        for (Json node : nodes) {
            if (node.text().equals(value)) {
                return Optional.empty();
            }
        }
        String found = Excerpt.quoted(nodes.get(0).text());
        return Optional.of(
                nodes.size() == 1
                        ? "it was " + found
                        : "none of " + nodes.size() + " matches is that, the first was " + found);
    }

    @Override
    public Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("type", type().contractName());
        fields.put("path", path.toString());
        fields.put("value", value);
        return fields;
    }

    @Override
    public String label() {
        return type().contractName() + " " + Excerpt.of(path.toString()) + " " + Excerpt.quoted(value);
    }
}
