package dev.posthaste.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The description of the API, as it is kept. */
public final class Description {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private final JsonNode root;
    private final List<Operation> operations = new ArrayList<>();

    private Description(JsonNode root) {
        this.root = root;
        root.get("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (METHODS.contains(method)) {
                        operations.add(
                                new Operation(this, method.toUpperCase(Locale.ROOT), path.getKey(), path.getValue()));
                    }
                }));
        // What is spelt out goes before what only fits.
        operations.sort(Comparator.comparing(operation -> operation.path().contains("{")));
    }

    /** That of this build. */
    public static Description read() {
        try (InputStream file = Description.class.getResourceAsStream("/openapi/openapi.yaml")) {
            return new Description(new ObjectMapper(new YAMLFactory()).readTree(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of it. */
    public JsonNode root() {
        return root;
    }

    /** Every call. */
    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** What is sent to those who use the server, each with its name in place of a path. */
    public List<Operation> webhooks() {
        return root.get("webhooks").properties().stream()
                .map(webhook -> new Operation(this, "POST", webhook.getKey(), webhook.getValue()))
                .toList();
    }

    /** The calls at a path as it was asked for; several methods, or none. */
    List<Operation> at(String asked) {
        Optional<String> path = operations.stream()
                .filter(operation -> operation.isAt(asked))
                .map(Operation::path)
                .findFirst();
        return operations.stream()
                .filter(operation -> path.isPresent() && operation.path().equals(path.get()))
                .toList();
    }

    /** What it stands for, where it only names something; missing where that is not there. */
    public JsonNode resolved(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isTextual() ? resolved(root.at(reference.asText().substring(1))) : node;
    }
}
