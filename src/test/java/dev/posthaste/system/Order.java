package dev.posthaste.system;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario wants sent, in the words that jobs and crons have in common. Immutable.
 *
 * @param url where to
 * @param fields the others as JSON text, by their names; {@code success_assertions} and {@code queue} among them
 * @param payload the octets to be sent, null for none
 * @param isJson whether a job says them as its {@code payload} or as its {@code body}; a cron knows no difference
 */
record Order(
        String url, Map<String, String> fields, @Nullable String payload, boolean isJson) {
    static Order to(String url) {
        return new Order(url, Map.of(), null, false);
    }

    /** With a field that is given as JSON text, in which apostrophes may stand for quotation marks. */
    Order with(String field, String json) {
        Map<String, String> more = new LinkedHashMap<>(fields);
        more.put(field, json.replace('\'', '"'));
        return new Order(url, more, payload, isJson);
    }

    Order without(String field) {
        Map<String, String> fewer = new LinkedHashMap<>(fields);
        fewer.remove(field);
        return new Order(url, fewer, payload, isJson);
    }

    Order json(String octets) {
        return new Order(url, fields, octets, true);
    }

    Order text(String octets) {
        return new Order(url, fields, octets, false);
    }

    String method() {
        return fields.getOrDefault("method", "\"POST\"").replace("\"", "");
    }

    /** The queue that is named, null for none. */
    @Nullable
    String queue() {
        String queue = fields.get("queue");
        return queue == null ? null : queue.replace("\"", "");
    }

    static String quoted(String text) {
        return JsonNodeFactory.instance.textNode(text).toString();
    }

    /** A JSON object of fields that are given as JSON text. */
    static String object(Map<String, String> fields) {
        StringBuilder object = new StringBuilder("{");
        fields.forEach((name, json) -> object.append(object.length() == 1 ? "" : ", ")
                .append(quoted(name))
                .append(": ")
                .append(json));
        return object.append('}').toString();
    }
}
