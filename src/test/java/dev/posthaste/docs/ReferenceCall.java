package dev.posthaste.docs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.openapi.Description;
import dev.posthaste.openapi.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the reference says of one call. */
final class ReferenceCall {
    private final Description description;
    private final Operation operation;
    private final Set<String> shown;
    private final SchemaWords words;
    private final StringBuilder text = new StringBuilder();

    /** @param shown the names of the schemas that have their heading above; that of the body joins them */
    ReferenceCall(Description description, Operation operation, Set<String> shown) {
        this.description = description;
        this.operation = operation;
        this.shown = shown;
        this.words = new SchemaWords(description);
    }

    /** Whether an answer is described once for all calls: how they fail. */
    static boolean isOfMany(Map.Entry<String, JsonNode> answer) {
        return answer.getValue().has("$ref") && !answer.getKey().startsWith("2");
    }

    static String heading(Operation operation) {
        return Markdown.escaped(operation.node().get("summary").asText());
    }

    static String scope(Operation operation) {
        return operation
                .scopes()
                .map(scopes -> scopes.isEmpty()
                        ? "any token"
                        : scopes.stream().map(Markdown::code).collect(Collectors.joining(", ")))
                .orElse("no token");
    }

    String write() {
        text.append("### ").append(heading(operation)).append("\n\n");
        text.append(Markdown.code(operation.route()))
                .append(" – ")
                .append(scope(operation))
                .append("\n\n");
        addDescription();
        addParameters();
        addBody();
        addAnswers();
        return text.append(new ExampleCall(operation).write()).toString();
    }

    /** What is sent to those who use the server. */
    String writeReceived() {
        text.append("### ").append(heading(operation)).append("\n\n");
        addDescription();
        addBody();
        addAnswers();
        return text.toString();
    }

    private void addDescription() {
        text.append(Markdown.onOneLine(operation.node().get("description").asText()))
                .append("\n\n");
    }

    private void addParameters() {
        List<JsonNode> parameters = operation.parameters();
        if (parameters.isEmpty()) {
            return;
        }
        text.append(Markdown.head("parameter", "in", "type", "required", "bounds", "meaning"));
        for (JsonNode parameter : parameters) {
            JsonNode schema = parameter.get("schema");
            String defaultValue = words.defaultValue(schema);
            List<String> bounds = new ArrayList<>(List.of(words.bounds(schema)));
            if (!defaultValue.isEmpty()) {
                bounds.add("default " + defaultValue);
            }
            text.append(Markdown.row(
                    Markdown.code(parameter.get("name").asText()),
                    parameter.get("in").asText(),
                    words.type(schema),
                    parameter.path("required").asBoolean() ? "yes" : "",
                    bounds.stream().filter(bound -> !bound.isEmpty()).collect(Collectors.joining("; ")),
                    parameter.get("description").asText()));
        }
        text.append('\n');
    }

    private void addBody() {
        JsonNode body = description.resolved(operation.node().path("requestBody"));
        if (body.isMissingNode()) {
            return;
        }
        JsonNode schema = operation.requestSchema();
        Optional<String> name = words.named(schema);
        if (name.isPresent() && shown.add(name.get())) {
            text.append("#### ").append(name.get()).append("\n\nThe body.\n\n");
            text.append(FieldTable.of(
                    description,
                    description.resolved(schema),
                    operation.method().equals("PATCH") ? FieldTable.Kind.CHANGED : FieldTable.Kind.GIVEN));
        } else {
            String said = body.path("description").asText();
            text.append("The body: ")
                    .append(said.isEmpty() ? words.type(schema) + "." : said)
                    .append("\n\n");
        }
    }

    private void addAnswers() {
        StringBuilder bodies = new StringBuilder();
        List<String> ofMany = new ArrayList<>();
        text.append(Markdown.head("answer", "meaning", "body", "headers"));
        for (Map.Entry<String, JsonNode> answer :
                operation.node().get("responses").properties()) {
            if (isOfMany(answer)) {
                ofMany.add(answer.getKey());
            } else {
                addAnswer(answer.getKey(), description.resolved(answer.getValue()), bodies);
            }
        }
        text.append('\n').append(bodies);
        ofMany.remove("default");
        if (!ofMany.isEmpty()) {
            text.append("Else ")
                    .append(String.join(", ", ofMany))
                    .append(" as ")
                    .append(Markdown.link("many calls", ReferencePage.OF_MANY))
                    .append(".\n\n");
        }
    }

    private void addAnswer(String status, JsonNode answer, StringBuilder bodies) {
        List<String> contents = new ArrayList<>();
        for (Map.Entry<String, JsonNode> content : answer.path("content").properties()) {
            JsonNode schema = content.getValue().get("schema");
            boolean isTable = schema.has("properties");
            contents.add(isTable ? "below" : body(content.getKey(), content.getValue()));
            if (isTable) {
                bodies.append("The body of ")
                        .append(status)
                        .append(":\n\n")
                        .append(FieldTable.of(description, schema, FieldTable.Kind.ANSWERED));
            }
        }
        text.append(Markdown.row(
                status,
                answer.get("description").asText(),
                String.join(", ", contents),
                new HeaderWords(description).of(answer)));
    }

    private String body(String mediaType, JsonNode content) {
        if (content.has("x-data")) {
            return Markdown.code(mediaType) + " of " + words.type(content.get("x-data"));
        }
        return mediaType.equals("application/json") ? words.type(content.get("schema")) : Markdown.code(mediaType);
    }
}
