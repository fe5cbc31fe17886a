package dev.posthaste.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** How an answer differs from an example of it, but for what is another one each time: ids, times, secrets, addresses. */
final class Likeness {
    private static final Pattern ANOTHER_EACH_TIME = Pattern.compile(
            "id|.*_id|at|.*_at|.*_as|since|next|duration_ms|url|callback_url|token|secret|prefix|public_key|ping_url");

    /** Their names come from elsewhere. */
    private static final Pattern HEADERS = Pattern.compile("headers|request_headers|response_headers");

    /** Of a list nobody knows which of many things is the first one. */
    private static final String LIST = "data";

    private Likeness() {}

    static List<String> differences(JsonNode example, JsonNode answer) {
        List<String> differences = new ArrayList<>();
        addAll(differences, "", example, answer, true);
        return differences;
    }

    private static void addAll(List<String> differences, String at, JsonNode example, JsonNode answer, boolean isSame) {
        if (example.getNodeType() != answer.getNodeType()) {
            boolean isAbsent = example.getNodeType() == JsonNodeType.NULL || answer.getNodeType() == JsonNodeType.NULL;
            if (isSame || !isAbsent) {
                differences.add(at + " is " + answer + ", not like " + example);
            }
        } else if (example.isObject()) {
            addFields(differences, at, example, answer, isSame);
        } else if (example.isArray()) {
            addItems(differences, at, example, answer, isSame);
        } else if (isSame && !withoutIds(example).equals(withoutIds(answer))) {
            differences.add(at + " is " + answer + ", not " + example);
        }
    }

    /** A sentence names things by their ids. */
    private static String withoutIds(JsonNode value) {
        return value.isTextual() ? value.asText().replaceAll("[0-9]+", "0") : value.toString();
    }

    private static void addFields(
            List<String> differences, String at, JsonNode example, JsonNode answer, boolean isSame) {
        Set<String> shown = names(example);
        if (!shown.equals(names(answer))) {
            differences.add(at + " has the fields " + names(answer) + ", not " + shown);
            return;
        }
        for (String name : shown) {
            if (!HEADERS.matcher(name).matches()) {
                boolean isSameField = isSame
                        && !name.equals(LIST)
                        && !ANOTHER_EACH_TIME.matcher(name).matches();
                addAll(differences, at + "/" + name, example.get(name), answer.get(name), isSameField);
            }
        }
    }

    private static void addItems(
            List<String> differences, String at, JsonNode example, JsonNode answer, boolean isSame) {
        if ((isSame && example.size() != answer.size()) || example.isEmpty() != answer.isEmpty()) {
            differences.add(at + " has " + answer.size() + " items, not " + example.size());
            return;
        }
        for (int i = 0; i < Math.min(example.size(), answer.size()); i++) {
            addAll(differences, at + "/" + i, example.get(i), answer.get(i), isSame);
        }
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
