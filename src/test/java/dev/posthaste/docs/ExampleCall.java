package dev.posthaste.docs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.openapi.Operation;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One call as curl makes it, and how it is answered. */
final class ExampleCall {
    private static final String SERVER = "http://localhost:8080";
    private static final String NEXT_LINE = " \\\n  ";

    private final Operation operation;

    ExampleCall(Operation operation) {
        this.operation = operation;
    }

    String write() {
        Optional<Map.Entry<String, JsonNode>> taken =
                operation.takenExamples().entrySet().stream().findFirst();
        StringBuilder text = new StringBuilder("```sh\n")
                .append(curl(taken.map(Map.Entry::getValue)))
                .append("\n```\n\n");
        answer(taken.map(Map.Entry::getKey))
                .ifPresent(answer -> text.append("Answered by ")
                        .append(answer.getKey(), 0, 3)
                        .append(":\n\n```json\n")
                        .append(ExampleText.of(answer.getValue()))
                        .append("\n```\n\n"));
        return text.toString();
    }

    private String curl(Optional<JsonNode> body) {
        StringBuilder curl = new StringBuilder("curl");
        boolean asksByQuery = operation.queryParameters().stream().anyMatch(parameter -> parameter.has("example"));
        if (asksByQuery) {
            curl.append(" -G");
        } else if (!operation.method().equals("GET")) {
            curl.append(" -X ").append(operation.method());
        }
        curl.append(' ').append(url());
        if (operation.scopes().isPresent()) {
            curl.append(NEXT_LINE).append("-H \"Authorization: Bearer $POSTHASTE_TOKEN\"");
        }
        for (JsonNode parameter : operation.queryParameters()) {
            if (parameter.has("example")) {
                curl.append(NEXT_LINE)
                        .append("--data-urlencode ")
                        .append(quoted(parameter.get("name").asText() + "="
                                + parameter.get("example").asText()));
            }
        }
        body.ifPresent(json -> curl.append(NEXT_LINE)
                .append("-H \"Content-Type: application/json\"")
                .append(NEXT_LINE)
                .append("-d ")
                .append(quoted(ExampleText.of(json))));
        return curl.toString();
    }

    /** What stands for something of one's own is a variable of the shell. */
    private String url() {
        StringBuilder url = new StringBuilder(SERVER).append(operation.path());
        for (JsonNode parameter : operation.parameters()) {
            String name = parameter.get("name").asText();
            int at = url.indexOf("{" + name + "}");
            if (at >= 0) {
                url.replace(at, at + name.length() + 2, "$" + name.toUpperCase(Locale.ROOT));
            }
        }
        return url.indexOf("$") < 0 ? url.toString() : "\"" + url + "\"";
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** That of the same name, where a body is shown. */
    private Optional<Map.Entry<String, JsonNode>> answer(Optional<String> taken) {
        return operation.answerExamples().entrySet().stream()
                .filter(answer -> answer.getKey().startsWith("2"))
                .filter(answer -> taken.isEmpty() || answer.getKey().endsWith(" " + taken.get()))
                .findFirst();
    }
}
