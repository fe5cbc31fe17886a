package dev.posthaste.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A call that is described. */
public final class Operation {
    private static final String JSON = "/content/application~1json";
    private static final String EXAMPLES = "/examples";

    /** An example of OpenAPI is valid; what is not, and shows how that is told, stands beside them. */
    private static final String REFUSED = "/x-refused";

    private final Description description;
    private final String method;
    private final String path;
    private final JsonNode node;
    private final JsonNode item;
    private final Pattern pattern;

    /** @param item what is said of its path, of all methods */
    Operation(Description description, String method, String path, JsonNode item) {
        this.description = description;
        this.method = method;
        this.path = path;
        this.node = item.get(method.toLowerCase(Locale.ROOT));
        this.item = item;
        this.pattern = Pattern.compile(path.replace(".", "\\.").replaceAll("\\{[a-z]+}", "[^/]+"));
    }

    public String id() {
        return node.get("operationId").asText();
    }

    public String method() {
        return method;
    }

    public String path() {
        return path;
    }

    /** Such as {@code GET /api/jobs/{id}}. */
    public String route() {
        return method + " " + path;
    }

    boolean isAt(String asked) {
        return pattern.matcher(asked).matches();
    }

    /** The scopes that a token needs; empty for a call without a token. */
    public Optional<List<String>> scopes() {
        JsonNode security = node.get("security");
        if (security.isEmpty()) {
            return Optional.empty();
        }
        List<String> scopes = new ArrayList<>();
        security.get(0).get("token").forEach(scope -> scopes.add(scope.asText()));
        return Optional.of(scopes);
    }

    /** All that is said of it, but for what is said of its path. */
    public JsonNode node() {
        return node;
    }

    /** What it takes in its query string. */
    public List<JsonNode> queryParameters() {
        return parameters().stream()
                .filter(parameter -> parameter.get("in").asText().equals("query"))
                .toList();
    }

    /** What it takes beside its body: of its path, of its query string and of its headers. */
    public List<JsonNode> parameters() {
        return Stream.of(item, node)
                .flatMap(of -> StreamSupport.stream(of.path("parameters").spliterator(), false))
                .map(description::resolved)
                .toList();
    }

    /** What it takes as its body; missing where it takes none. */
    public JsonNode requestSchema() {
        return description.resolved(node.path("requestBody")).at(JSON + "/schema");
    }

    /** The bodies that are shown, by their names: those that are taken, and those that are refused. */
    public Map<String, JsonNode> requestExamples() {
        Map<String, JsonNode> examples = new LinkedHashMap<>(takenExamples());
        examples.putAll(examples(description.resolved(node.path("requestBody")), REFUSED));
        return examples;
    }

    /** Those of them that are taken. */
    public Map<String, JsonNode> takenExamples() {
        return examples(description.resolved(node.path("requestBody")), EXAMPLES);
    }

    /** The answers that are described, by their status. */
    public Map<String, JsonNode> answers() {
        Map<String, JsonNode> answers = new LinkedHashMap<>();
        node.get("responses")
                .properties()
                .forEach(answer -> answers.put(answer.getKey(), description.resolved(answer.getValue())));
        return answers;
    }

    /** The schema of an answer's body; missing where it has none. */
    static JsonNode schemaOf(JsonNode answer) {
        return answer.at(JSON + "/schema");
    }

    /** The answers that are shown, by status and name, such as {@code 201 later}. */
    public Map<String, JsonNode> answerExamples() {
        Map<String, JsonNode> examples = new LinkedHashMap<>();
        answers()
                .forEach((status, answer) ->
                        examples(answer, EXAMPLES).forEach((name, value) -> examples.put(status + " " + name, value)));
        return examples;
    }

    /** The first body that is shown and is taken; with the field, if one has it. */
    public Optional<JsonNode> takenBody(String field) {
        return takenExamples().values().stream()
                .filter(body -> body.has(field))
                .findFirst()
                .or(() -> takenExamples().values().stream().findFirst());
    }

    private static Map<String, JsonNode> examples(JsonNode content, String kind) {
        Map<String, JsonNode> examples = new LinkedHashMap<>();
        content.at(JSON + kind)
                .properties()
                .forEach(example ->
                        examples.put(example.getKey(), example.getValue().get("value")));
        return examples;
    }

    @Override
    public String toString() {
        return route();
    }
}
