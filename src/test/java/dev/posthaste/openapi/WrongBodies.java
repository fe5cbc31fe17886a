package dev.posthaste.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Bodies of a call that are as described but for one thing, made of the description. */
public final class WrongBodies {
    /**
     * One of them.
     *
     * @param field that is wrong, as {@code errors} names it
     * @param what is wrong with it
     */
    public record WrongBody(String field, String what, JsonNode body) {}

    private WrongBodies() {}

    /** All of a call, for each of its fields. */
    public static List<WrongBody> of(Description description, Operation operation) {
        Mutations mutations = new Mutations(description);
        JsonNode schema = mutations.plain(operation.requestSchema());
        List<WrongBody> bodies = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            JsonNode taken = operation.takenBody(property.getKey()).orElseThrow();
            ObjectNode only = schema.deepCopy();
            ((ObjectNode) only.get("properties")).retain(property.getKey());
            for (Mutations.Mutation mutation : mutations.ofObject(only, taken)) {
                bodies.add(new WrongBody(mutation.at().substring(1), mutation.what(), mutation.value()));
            }
        }
        return bodies;
    }

    /** Values of a parameter that are not allowed, as they are spelt in a query string. */
    public static List<String> ofParameter(Description description, JsonNode parameter) {
        return new Mutations(description)
                        .of(
                                parameter.get("schema"),
                                parameter.get("schema"),
                                parameter.path("required").asBoolean())
                        .stream()
                        .map(Mutations.Mutation::value)
                        .filter(value -> !value.isContainerNode() && !isOfText(description, parameter, value))
                        .map(JsonNode::asText)
                        .toList();
    }

    /** What is no string in JSON is one in a query string. */
    private static boolean isOfText(Description description, JsonNode parameter, JsonNode value) {
        return !value.isTextual()
                && new Mutations(description)
                        .plain(parameter.get("schema"))
                        .path("type")
                        .asText()
                        .equals("string");
    }
}
