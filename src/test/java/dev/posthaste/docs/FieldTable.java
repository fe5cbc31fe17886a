package dev.posthaste.docs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.openapi.Description;
import java.util.stream.StreamSupport;

/** A table of an object's fields, and of those of objects in it that have no heading of their own. */
final class FieldTable {
    /** Who writes the object, for a default means nothing to those who read it, or change what there is. */
    enum Kind {
        GIVEN,
        CHANGED,
        ANSWERED
    }

    private final Description description;
    private final SchemaWords words;
    private final Kind kind;
    private final StringBuilder table = new StringBuilder();

    private FieldTable(Description description, SchemaWords words, Kind kind) {
        this.description = description;
        this.words = words;
        this.kind = kind;
    }

    /** What is said of the object, and its table; of a choice among values, these. */
    static String of(Description description, JsonNode schema, Kind kind) {
        return new FieldTable(description, new SchemaWords(description), kind).write(schema);
    }

    /** Of one that is told by its name: those that are sent have no other fields than those that are named. */
    static String of(Description description, JsonNode schema) {
        return of(description, schema, schema.has("additionalProperties") ? Kind.GIVEN : Kind.ANSWERED);
    }

    private String write(JsonNode schema) {
        if (schema.has("description")) {
            table.append(Markdown.onOneLine(schema.get("description").asText())).append("\n\n");
        }
        if (schema.has("enum")) {
            return table.append("One of ")
                    .append(words.bounds(schema))
                    .append(".\n\n")
                    .toString();
        }
        JsonNode own = schema;
        for (JsonNode part : schema.path("allOf")) {
            if (part.has("$ref")) {
                table.append("What ").append(words.type(part)).append(" has, and:\n\n");
            } else {
                own = part;
            }
        }
        table.append(
                kind == Kind.ANSWERED
                        ? Markdown.head("field", "type", "always there", "bounds", "meaning")
                        : Markdown.head("field", "type", "required", "bounds", "meaning"));
        addRows("", own);
        return table.append('\n').toString();
    }

    private void addRows(String prefix, JsonNode object) {
        object.path("properties").properties().forEach(property -> {
            String path = prefix + property.getKey();
            JsonNode field = property.getValue();
            boolean isRequired = StreamSupport.stream(object.path("required").spliterator(), false)
                    .anyMatch(name -> name.asText().equals(property.getKey()));
            table.append(Markdown.row(
                    Markdown.code(path),
                    words.type(field),
                    isRequired ? "yes" : "",
                    bounds(field),
                    words.meaning(field)));
            addRowsOf(path + ".", field);
            addRowsOf(path + "[].", field.path("items"));
        });
    }

    private void addRowsOf(String prefix, JsonNode field) {
        if (words.named(field).isEmpty()) {
            addRows(prefix, description.resolved(field));
        }
    }

    private String bounds(JsonNode field) {
        String bounds = words.bounds(field);
        String other = kind == Kind.GIVEN ? words.defaultValue(field) : "";
        if (other.isEmpty()) {
            return bounds;
        }
        return (bounds.isEmpty() ? "" : bounds + "; ") + "default " + other;
    }
}
