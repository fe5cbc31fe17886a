package dev.posthaste.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * Makes of schemas that leave room for fields to come, as clients should, such that leave none: a field that nobody has
 * described is found. Objects are closed where they are used, because what is put together of parts is whole only there.
 */
final class ClosedSchemas {
    private static final Set<String> VALUES = Set.of("example", "examples", "default", "enum", "const");
    private static final String CLOSED = "unevaluatedProperties";

    private final Description description;
    private final JsonNode components;

    ClosedSchemas(Description description) {
        this.description = description;
        ObjectNode named = description.root().get("components").deepCopy();
        named.get("schemas").forEach(schema -> close(schema, true));
        this.components = named;
    }

    /** A schema by itself, with all that it may name. */
    ObjectNode of(JsonNode schema) {
        ObjectNode closed = schema.deepCopy();
        close(closed, false);
        closed.set("components", components);
        return closed;
    }

    private void close(JsonNode node, boolean isPart) {
        if (node.isArray()) {
            node.forEach(element -> close(element, isPart));
            return;
        }
        if (!(node instanceof ObjectNode object)) {
            return;
        }
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (entry.getKey().equals("properties")) {
                entry.getValue().forEach(property -> close(property, false));
            } else if (!VALUES.contains(entry.getKey())) {
                close(entry.getValue(), entry.getKey().equals("allOf"));
            }
        }
        if (!isPart && hasFields(object)) {
            object.put(CLOSED, false);
        }
    }

    private boolean hasFields(JsonNode schema) {
        JsonNode resolved = description.resolved(schema);
        return resolved.has("properties") || resolved.has("allOf");
    }
}
