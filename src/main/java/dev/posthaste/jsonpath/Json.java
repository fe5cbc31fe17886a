package dev.posthaste.jsonpath;

import dev.posthaste.json.Span;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A value within a JSON text. */
public sealed interface Json {
    /** The characters of a string, of anything else its JSON text as it was spelt. */
    String text();

    /** What is directly within it; empty for anything but objects and arrays. */
    default Collection<Json> children() {
        return List.of();
    }

    /** A string, its escapes resolved. */
    record Text(String text) implements Json {}

    /** A number. */
    record Numeral(String text) implements Json {}

    /** {@code true}, {@code false} or {@code null}. */
    record Word(String text) implements Json {}

    /** An object, its members in their order. */
    record Members(Map<String, Json> byName, Span span) implements Json {
        @Override
        public String text() {
            return span.copy();
        }

        @Override
        public Collection<Json> children() {
            return byName.values();
        }
    }

    /** An array. */
    record Elements(List<Json> list, Span span) implements Json {
        @Override
        public String text() {
            return span.copy();
        }

        @Override
        public Collection<Json> children() {
            return list;
        }
    }
}
