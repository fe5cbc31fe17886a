package dev.posthaste.docs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.openapi.Description;
import java.util.stream.Collectors;

/** The headers of an answer, in words. */
final class HeaderWords {
    private final Description description;

    HeaderWords(Description description) {
        this.description = description;
    }

    /** Empty where it has none that are worth a word. */
    String of(JsonNode answer) {
        return answer.path("headers").properties().stream()
                .map(header -> Markdown.code(header.getKey()) + ": "
                        + Markdown.onOneLine(description
                                .resolved(header.getValue())
                                .path("description")
                                .asText()))
                .collect(Collectors.joining(" "));
    }
}
