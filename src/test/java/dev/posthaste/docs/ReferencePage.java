package dev.posthaste.docs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.openapi.Description;
import dev.posthaste.openapi.Operation;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes docs/reference.md: every call of openapi.yaml with what it takes and answers, and every schema once. */
final class ReferencePage {
    static final String OF_MANY = "What many calls answer";

    private final Description description = Description.read();
    private final SchemaWords words = new SchemaWords(description);
    private final Set<String> shown = new HashSet<>();
    private final StringBuilder page = new StringBuilder();

    private ReferencePage() {}

    /** The page as it should be. */
    static String written() {
        return new ReferencePage().write();
    }

    private String write() {
        addBeginning();
        addCalls();
        for (JsonNode section : sections()) {
            addSection(section);
        }
        addReceived();
        addAnswersOfMany();
        addSchemas();
        return page.toString().stripTrailing() + "\n";
    }

    private void addBeginning() {
        page.append("# Reference\n\n")
                .append(
                        "Made from `src/main/resources/openapi/openapi.yaml` by `make docs`; a test fails when it is behind.")
                .append(
                        " What there is to know beside it is told in [the API](api.md), and a running server shows the same")
                .append(" at `/docs`, where calls can be tried.\n\n")
                .append(description
                        .root()
                        .at("/info/description")
                        .asText()
                        .strip()
                        .replaceAll("(?<!\n)\n(?!\n)", " "))
                .append("\n\n")
                .append(
                        "A *time* is a string such as `2026-04-10T14:10:00+00:00`. In the examples `$POSTHASTE_TOKEN` is a token")
                .append(" with the scope that stands beside the call, `$ID` the id of something of its team.\n\n");
    }

    private void addCalls() {
        page.append("## The calls\n\n").append(Markdown.head("", "call", "", "scope"));
        for (JsonNode section : sections()) {
            String name = section.get("name").asText();
            String first = Markdown.link(name, name);
            for (Operation operation : operations(section)) {
                String heading = ReferenceCall.heading(operation);
                page.append(Markdown.row(
                        first,
                        Markdown.code(operation.route()),
                        Markdown.link(heading, heading),
                        ReferenceCall.scope(operation)));
                first = "";
            }
        }
        page.append('\n');
    }

    private void addSection(JsonNode section) {
        page.append("## ").append(section.get("name").asText()).append("\n\n");
        page.append(Markdown.onOneLine(section.get("description").asText())).append("\n\n");
        for (Operation operation : operations(section)) {
            page.append(new ReferenceCall(description, operation, shown).write());
        }
    }

    private void addReceived() {
        page.append("## What is sent to you\n\n");
        for (Operation webhook : description.webhooks()) {
            page.append(new ReferenceCall(description, webhook, shown).writeReceived());
        }
    }

    private void addAnswersOfMany() {
        Map<String, String> statuses = new LinkedHashMap<>();
        for (Operation operation : description.operations()) {
            for (Map.Entry<String, JsonNode> answer :
                    operation.node().get("responses").properties()) {
                if (ReferenceCall.isOfMany(answer)) {
                    statuses.put(answer.getValue().get("$ref").asText().substring(1), answer.getKey());
                }
            }
        }
        page.append("## ").append(OF_MANY).append("\n\n").append(Markdown.head("answer", "meaning", "body", "headers"));
        statuses.entrySet().stream().sorted(Map.Entry.comparingByValue()).forEach(shared -> {
            JsonNode answer = description.root().at(shared.getKey());
            page.append(Markdown.row(
                    shared.getValue().equals("default") ? "else" : shared.getValue(),
                    answer.get("description").asText(),
                    words.type(answer.at("/content/application~1json/schema")),
                    new HeaderWords(description).of(answer)));
        });
        page.append('\n');
    }

    private void addSchemas() {
        page.append("## Schemas\n\n")
                .append("What calls answer, and what bodies have in them. Bodies themselves stand at their calls.\n\n");
        description.root().at("/components/schemas").properties().forEach(schema -> {
            if (words.hasHeading(schema.getValue()) && shown.add(schema.getKey())) {
                page.append("### ")
                        .append(schema.getKey())
                        .append("\n\n")
                        .append(FieldTable.of(description, schema.getValue()));
            }
        });
    }

    private Iterable<JsonNode> sections() {
        return description.root().get("tags");
    }

    /** As they stand in the file. */
    private List<Operation> operations(JsonNode section) {
        List<String> paths = description.root().get("paths").properties().stream()
                .map(Map.Entry::getKey)
                .toList();
        return description.operations().stream()
                .filter(operation -> operation
                        .node()
                        .at("/tags/0")
                        .asText()
                        .equals(section.get("name").asText()))
                .sorted(Comparator.comparingInt(operation -> paths.indexOf(operation.path())))
                .toList();
    }
}
