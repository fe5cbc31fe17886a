package dev.posthaste.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** JSON for people: what fits stands on one line, the rest is broken where it opens. */
final class ExampleText {
    private static final int WIDTH = 110;

    private ExampleText() {}

    static String of(JsonNode value) {
        return broken("", "", value);
    }

    private static String broken(String indent, String name, JsonNode value) {
        String line = indent + name + onOneLine(value);
        if (line.length() <= WIDTH || value.isEmpty()) {
            return line;
        }
        Stream<String> parts = value.isObject()
                ? value.properties().stream()
                        .map(field -> broken(indent + "  ", quoted(field.getKey()) + ": ", field.getValue()))
                : elements(value).stream().map(element -> broken(indent + "  ", "", element));
        String[] brackets = value.isObject() ? new String[] {"{", "}"} : new String[] {"[", "]"};
        return parts.collect(
                Collectors.joining(",\n", indent + name + brackets[0] + "\n", "\n" + indent + brackets[1]));
    }

    private static String onOneLine(JsonNode value) {
        if (value.isObject()) {
            return value.properties().stream()
                    .map(field -> quoted(field.getKey()) + ": " + onOneLine(field.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value.isArray()) {
            return elements(value).stream().map(ExampleText::onOneLine).collect(Collectors.joining(", ", "[", "]"));
        }
        return value.toString();
    }

    private static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }
}
