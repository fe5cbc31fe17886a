package dev.posthaste.docs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.openapi.Description;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a schema says, in words for one row of a table. Where it names one that has a heading of its own, a link says it. */
final class SchemaWords {
    private static final String SCHEMAS = "#/components/schemas/";
    private static final int ENUM_IN_A_ROW = 6;
    private static final Map<String, String> PATTERNS = Map.of(
            "^[^\\u0000-\\u001f\\u007f-\\u009f]*$", "no control characters",
            "^[^\\u0000]*$", "no NUL characters",
            "^[Hh][Tt][Tt][Pp][Ss]?://", "begins with `http://` or `https://`");

    private final Description description;

    SchemaWords(Description description) {
        this.description = description;
    }

    /** Whether it is too much for a row: it has fields, or many values to choose from. */
    boolean hasHeading(JsonNode schema) {
        return schema.has("properties")
                || schema.path("enum").size() > ENUM_IN_A_ROW
                || parts(schema, "allOf").stream().map(description::resolved).anyMatch(part -> part.has("properties"));
    }

    /** The name of a schema that is named here, and has a heading. */
    Optional<String> named(JsonNode schema) {
        String reference = schema.path("$ref").asText();
        return reference.startsWith(SCHEMAS) && hasHeading(description.resolved(schema))
                ? Optional.of(reference.substring(SCHEMAS.length()))
                : Optional.empty();
    }

    String type(JsonNode schema) {
        Optional<String> name = named(schema);
        if (name.isPresent()) {
            return Markdown.link(name.get(), name.get());
        }
        if (schema.has("$ref")) {
            return type(description.resolved(schema));
        }
        List<JsonNode> choices = choices(schema);
        if (!choices.isEmpty()) {
            return either(choices.stream().map(this::type).toList());
        }
        return switch (schema.path("type").asText()) {
            case "array" -> "array of " + many(type(schema.get("items")));
            case "object" ->
                schema.path("additionalProperties").isObject()
                        ? "object of " + many(type(schema.get("additionalProperties")))
                        : "object";
            default -> either(types(schema));
        };
    }

    private static List<String> types(JsonNode schema) {
        JsonNode type = schema.path("type");
        Stream<String> types = type.isArray() ? strings(type) : Stream.of(type.asText("anything"));
        boolean isTime = schema.path("format").asText().equals("date-time");
        return types.map(one -> isTime && one.equals("string") ? "time" : one).toList();
    }

    private static String many(String type) {
        return type.matches("[a-z]+") && !type.equals("anything") ? type + "s" : type;
    }

    private static String either(List<String> types) {
        int last = types.size() - 1;
        return last == 0 ? types.get(0) : String.join(", ", types.subList(0, last)) + " or " + types.get(last);
    }

    String bounds(JsonNode schema) {
        if (named(schema).isPresent()) {
            return "";
        }
        if (schema.has("$ref")) {
            return bounds(description.resolved(schema));
        }
        List<String> bounds = new ArrayList<>();
        choices(schema).stream().map(this::bounds).forEach(bounds::add);
        if (schema.has("const")) {
            bounds.add("always " + value(schema.get("const")));
        }
        if (schema.has("enum")) {
            bounds.add(StreamSupport.stream(schema.get("enum").spliterator(), false)
                    .map(SchemaWords::value)
                    .collect(Collectors.joining(", ")));
        }
        bounds.add(between(schema.path("minimum"), schema.path("maximum"), ""));
        bounds.add(between(schema.path("minLength"), schema.path("maxLength"), " characters"));
        bounds.add(between(schema.path("minItems"), schema.path("maxItems"), " of them"));
        bounds.add(between(schema.path("minProperties"), schema.path("maxProperties"), " fields"));
        bounds.add(pattern(schema.path("pattern"), schema));
        bounds.add(of("names: ", pattern(schema.at("/propertyNames/pattern"), schema)));
        if (schema.has("items")) {
            bounds.add(of("each: ", bounds(schema.get("items"))));
        }
        if (schema.path("additionalProperties").isObject()) {
            bounds.add(of("each: ", bounds(schema.get("additionalProperties"))));
        }
        return bounds.stream().filter(bound -> !bound.isEmpty()).collect(Collectors.joining("; "));
    }

    private static String of(String what, String bounds) {
        return bounds.isEmpty() ? "" : what + bounds;
    }

    /** A time is said to be one, and its meaning says how it is written. */
    private static String pattern(JsonNode pattern, JsonNode schema) {
        return pattern.isMissingNode() || schema.path("format").asText().equals("date-time")
                ? ""
                : PATTERNS.getOrDefault(pattern.asText(), "matches " + Markdown.code(pattern.asText()));
    }

    private static String between(JsonNode least, JsonNode most, String what) {
        if (most.isMissingNode()) {
            return least.isMissingNode() ? "" : "at least " + number(least) + what;
        }
        if (least.isMissingNode()) {
            return "at most " + number(most) + what;
        }
        return least.equals(most) ? number(least) + what : number(least) + " to " + number(most) + what;
    }

    private static String number(JsonNode number) {
        BigInteger all = number.bigIntegerValue();
        return all.toString().matches("9{10,}")
                ? "10^" + all.toString().length() + " - 1"
                : String.format(Locale.ROOT, "%,d", all);
    }

    /** Empty where there is none. */
    String defaultValue(JsonNode schema) {
        if (schema.has("default")) {
            return value(schema.get("default"));
        }
        if (schema.has("$ref")) {
            return defaultValue(description.resolved(schema));
        }
        return choices(schema).stream().map(this::defaultValue).findFirst().orElse("");
    }

    private static String value(JsonNode value) {
        return Markdown.code(value.isTextual() ? value.asText() : ExampleText.of(value));
    }

    /** Empty where nothing is said, or where a heading says it. */
    String meaning(JsonNode schema) {
        if (named(schema).isPresent()) {
            return "";
        }
        if (schema.has("$ref")) {
            return meaning(description.resolved(schema));
        }
        String own = schema.path("description").asText();
        Function<JsonNode, String> ofPart = part -> part.has("$ref") ? meaning(part) : "";
        String inner = choices(schema).stream().map(ofPart).collect(Collectors.joining(" "));
        // What null means is told after what the rest means.
        return schema.has("anyOf") ? inner + " " + own : own + " " + inner;
    }

    private static List<JsonNode> choices(JsonNode schema) {
        return Stream.of("allOf", "anyOf", "oneOf")
                .flatMap(kind -> parts(schema, kind).stream())
                .toList();
    }

    private static List<JsonNode> parts(JsonNode schema, String kind) {
        return StreamSupport.stream(schema.path(kind).spliterator(), false).toList();
    }

    private static Stream<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText);
    }
}
