package dev.posthaste.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Bodies that are taken by what the description says: one field of each has the smallest or the largest value that it may have. */
public final class EdgeBodies {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /**
     * One of them.
     *
     * @param field that has such a value, the one of the body itself
     * @param what the value is
     */
    public record EdgeBody(String field, String what, JsonNode body) {}

    private record Edge(String what, JsonNode value) {}

    private final Mutations schemas;

    private EdgeBodies(Mutations schemas) {
        this.schemas = schemas;
    }

    /** All of a call, for each of its fields. */
    public static List<EdgeBody> of(Description description, Operation operation) {
        EdgeBodies edges = new EdgeBodies(new Mutations(description));
        List<EdgeBody> bodies = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : edges.schemas
                .plain(operation.requestSchema())
                .path("properties")
                .properties()) {
            JsonNode taken = operation.takenBody(property.getKey()).orElseThrow();
            for (Edge edge : edges.of(property.getValue(), taken.path(property.getKey()))) {
                ObjectNode body = taken.deepCopy();
                body.set(property.getKey(), edge.value());
                bodies.add(new EdgeBody(property.getKey(), edge.what(), body));
            }
        }
        return bodies;
    }

    private List<Edge> of(JsonNode reference, JsonNode value) {
        JsonNode schema = schemas.plain(reference);
        List<Edge> edges = new ArrayList<>();
        for (String bound : new String[] {"minimum", "maximum"}) {
            if (schema.has(bound)) {
                edges.add(new Edge(bound, schema.get(bound)));
            }
        }
        if (schema.has("maxLength")) {
            String begun = value.isTextual() ? value.asText() : "";
            int missing = schema.get("maxLength").asInt() - begun.codePointCount(0, begun.length());
            edges.add(new Edge("maxLength", NODES.textNode(begun + "a".repeat(Math.max(0, missing)))));
        }
        if (schema.has("items") && value.isArray() && !value.isEmpty()) {
            for (Edge edge : of(schema.get("items"), value.get(0))) {
                edges.add(new Edge("items of " + edge.what(), NODES.arrayNode().add(edge.value())));
            }
            if (schema.has("maxItems")) {
                ArrayNode many = NODES.arrayNode();
                for (int i = 0; i < schema.get("maxItems").asInt(); i++) {
                    many.add(value.get(0));
                }
                edges.add(new Edge("maxItems", many));
            }
        }
        schema.path("properties").properties().forEach(property -> {
            for (Edge edge : of(property.getValue(), value.path(property.getKey()))) {
                ObjectNode changed = value.isObject() ? value.deepCopy() : NODES.objectNode();
                changed.set(property.getKey(), edge.value());
                edges.add(new Edge(property.getKey() + " of " + edge.what(), changed));
            }
        });
        return edges;
    }
}
