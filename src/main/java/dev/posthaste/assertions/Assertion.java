package dev.posthaste.assertions;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Something that must hold for an answer. Immutable. */
public sealed interface Assertion
        permits StatusCodeEquals, BodyContains, BodyNotContains, ResponseTimeUnder, HeaderEquals, JsonPathEquals {
    /** Which of the six it is. */
    AssertionType type();

    /** What is compared with, as the contract writes it. */
    String value();

    /** What speaks against it, in words that end a sentence; empty when it holds. */
    Optional<String> objection(Observed observed);

    /** The fields of the text form, in its order. */
    default Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("type", type().contractName());
        fields.put("value", value());
        return fields;
    }

    /** How messages name it. */
    default String label() {
        return type().contractName() + " " + Excerpt.quoted(value());
    }
}
