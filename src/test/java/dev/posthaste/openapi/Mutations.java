package dev.posthaste.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What a schema does not allow: for each of its bounds a value that is just outside of it. */
final class Mutations {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** A value of each type, of which a field does not have one at least. None is blank, which would count as missing. */
    private static final List<Map.Entry<String, JsonNode>> OF_TYPES = List.of(
            Map.entry("integer", NODES.numberNode(7)),
            Map.entry("string", NODES.textNode("text")),
            Map.entry("boolean", NODES.booleanNode(true)),
            Map.entry("array", NODES.arrayNode().add(1)),
            Map.entry("object", NODES.objectNode().put("a", 1)));

    /**
     * A value that is not allowed.
     *
     * @param at where it stands below the one that was taken apart, such as {@code .3}; empty for there
     * @param what is wrong with it
     */
    record Mutation(String at, String what, JsonNode value) {}

    private final Description description;

    Mutations(Description description) {
        this.description = description;
    }

    /**
     * What may not stand in place of a value.
     *
     * @param value one that is allowed; missing where none is known
     * @param isRequired whether nothing may not stand there either
     */
    List<Mutation> of(JsonNode reference, JsonNode value, boolean isRequired) {
        JsonNode schema = plain(reference);
        List<Mutation> mutations = new ArrayList<>();
        List<String> types = types(schema);
        OF_TYPES.stream()
                .filter(type -> !types.isEmpty() && !isOfType(type.getKey(), types))
                .findFirst()
                .ifPresent(type -> mutations.add(new Mutation("", "is a " + type.getKey(), type.getValue())));
        addBounds(mutations, schema, isRequired);
        addFields(mutations, schema);
        JsonNode items = schema.path("items");
        if (!items.isMissingNode()) {
            addItems(mutations, schema, items, value);
        }
        return mutations;
    }

    /** The schema itself, where it is named, or given with another description, or null may stand there as well. */
    JsonNode plain(JsonNode reference) {
        JsonNode schema = description.resolved(reference);
        if (schema.has("allOf")) {
            ObjectNode whole = schema.deepCopy();
            schema.get("allOf").forEach(part -> whole.setAll((ObjectNode) plain(part)));
            return whole;
        }
        if (schema.has("anyOf")) {
            return StreamSupport.stream(schema.get("anyOf").spliterator(), false)
                    .map(this::plain)
                    .filter(part -> !part.path("type").asText().equals("null"))
                    .findFirst()
                    .orElseThrow();
        }
        return schema;
    }

    private static boolean isOfType(String type, List<String> types) {
        return types.contains(type) || (type.equals("integer") && types.contains("number"));
    }

    private static List<String> types(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isTextual()
                ? List.of(type.asText())
                : StreamSupport.stream(type.spliterator(), false)
                        .map(JsonNode::asText)
                        .toList();
    }

    private static void addBounds(List<Mutation> mutations, JsonNode schema, boolean isRequired) {
        if (schema.has("minLength")) {
            int min = schema.get("minLength").asInt();
            if (min > 1 || isRequired) {
                mutations.add(new Mutation("", "is too short", NODES.textNode("a".repeat(min - 1))));
            }
        }
        if (schema.has("maxLength")) {
            int max = schema.get("maxLength").asInt();
            mutations.add(new Mutation("", "is too long", NODES.textNode("a".repeat(max + 1))));
        }
        if (schema.has("minimum")) {
            mutations.add(new Mutation(
                    "", "is too small", NODES.numberNode(schema.get("minimum").asLong() - 1)));
        }
        if (schema.has("maximum")) {
            mutations.add(new Mutation(
                    "", "is too large", NODES.numberNode(schema.get("maximum").asLong() + 1)));
        }
        if (schema.has("enum")) {
            boolean isText = types(schema).contains("string");
            mutations.add(
                    new Mutation("", "is not one of them", isText ? NODES.textNode("no-such") : NODES.numberNode(61)));
        }
        if (schema.has("pattern")) {
            mutations.add(new Mutation("", "has other characters", NODES.textNode("a\u0000")));
        }
        if (schema.path("format").asText().equals("date-time")) {
            mutations.add(new Mutation("", "is no time", NODES.textNode("tomorrow")));
        }
    }

    private void addFields(List<Mutation> mutations, JsonNode schema) {
        JsonNode others = schema.path("additionalProperties");
        if (others.isObject()) {
            for (Mutation mutation : of(others, NODES.missingNode(), false)) {
                mutations.add(new Mutation(
                        "",
                        "has a field that " + mutation.what(),
                        NODES.objectNode().set("X-A", mutation.value())));
            }
        }
        if (schema.has("propertyNames")) {
            mutations.add(new Mutation(
                    "", "has a field of another name", NODES.objectNode().put("a b", "x")));
        }
        if (schema.has("maxProperties")) {
            ObjectNode many = NODES.objectNode();
            for (int i = 0; i <= schema.get("maxProperties").asInt(); i++) {
                many.put("X-" + i, "a");
            }
            mutations.add(new Mutation("", "has too many fields", many));
        }
    }

    private void addItems(List<Mutation> mutations, JsonNode schema, JsonNode items, JsonNode value) {
        if (schema.path("minItems").asInt() > 0) {
            mutations.add(new Mutation("", "has too few items", NODES.arrayNode()));
        }
        JsonNode item = value.isArray() && !value.isEmpty() ? value.get(0) : sample(items);
        if (schema.has("maxItems")) {
            ArrayNode many = NODES.arrayNode();
            for (int i = 0; i <= schema.get("maxItems").asInt(); i++) {
                many.add(item);
            }
            mutations.add(new Mutation("", "has too many items", many));
        }
        Stream<Mutation> ofItem = plain(items).has("properties")
                ? ofObject(plain(items), item).stream()
                : of(items, item, false).stream();
        ofItem.forEach(mutation -> mutations.add(new Mutation(
                ".0" + mutation.at(), mutation.what(), NODES.arrayNode().add(mutation.value()))));
    }

    /** What may not stand in place of an object, by its fields. */
    List<Mutation> ofObject(JsonNode schema, JsonNode object) {
        List<Mutation> mutations = new ArrayList<>();
        schema.get("properties").properties().forEach(property -> {
            String name = property.getKey();
            boolean isRequired = StreamSupport.stream(schema.path("required").spliterator(), false)
                    .anyMatch(required -> required.asText().equals(name));
            for (Mutation mutation : of(property.getValue(), object.path(name), isRequired)) {
                ObjectNode mutated = object.deepCopy();
                mutated.set(name, mutation.value());
                mutations.add(new Mutation("." + name + mutation.at(), mutation.what(), mutated));
            }
            if (isRequired) {
                ObjectNode mutated = object.deepCopy();
                mutated.remove(name);
                mutations.add(new Mutation("." + name, "is missing", mutated));
            }
        });
        if (schema.path("additionalProperties").isBoolean()) {
            ObjectNode mutated = object.deepCopy();
            mutations.add(new Mutation(".no_such_field", "is unknown", mutated.put("no_such_field", 1)));
        }
        return mutations;
    }

    private JsonNode sample(JsonNode items) {
        JsonNode schema = plain(items);
        if (schema.has("examples")) {
            return schema.get("examples").get(0);
        }
        if (schema.has("enum")) {
            return schema.get("enum").get(0);
        }
        return schema.has("minimum") ? schema.get("minimum") : NODES.textNode("body");
    }
}
