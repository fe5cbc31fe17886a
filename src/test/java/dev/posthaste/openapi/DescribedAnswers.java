package dev.posthaste.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.base.Splitter;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds answers to what is described: their status, headers and bodies, in which nothing is that is not described. */
public final class DescribedAnswers {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What HTTP itself refuses, or the server fails at; a refusal that belongs to a call is described with the call. */
    private static final Set<Integer> OF_HTTP = Set.of(400, 405, 406, 408, 414, 431, 500, 501, 505);

    /** What is answered where there is no such call. */
    private static final Set<Integer> OF_NOTHING = Set.of(400, 401, 404, 405, 408, 414, 431, 500, 501, 503, 505);

    private static final Set<String> NOT_DESCRIBED = Set.of("OPTIONS", "TRACE", "CONNECT");

    private static final String DATA = "data: ";

    /** Larger ones are a few megabytes of the same. */
    private static final int MAX_BODY = 1024 * 1024;

    /** Those of this build; nothing of it changes but that it knows more compiled schemas. */
    private static final DescribedAnswers OF_THIS_BUILD = new DescribedAnswers(Description.read());

    private final Description description;
    private final ClosedSchemas closed;
    private final JsonNode generalError;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Map<JsonNode, Schema> compiled = Collections.synchronizedMap(new IdentityHashMap<>());

    DescribedAnswers(Description description) {
        this.description = description;
        this.closed = new ClosedSchemas(description);
        this.generalError = description.root().at("/components/responses/Error");
    }

    /**
     * Looks at an answer of a call of the API; others are passed over.
     *
     * @throws AssertionError with what is not as it is described
     */
    public static void check(HttpRequest request, HttpResponse<String> answer) {
        String path = request.uri().getRawPath();
        if (!path.startsWith("/api/") && !path.startsWith("/ping/")) {
            return;
        }
        List<String> complaints = OF_THIS_BUILD.complaints(
                request.method(), path, answer.statusCode(), answer.headers().map(), answer.body());
        if (!complaints.isEmpty()) {
            throw new AssertionError(request.method() + " " + path + " was answered " + answer.statusCode()
                    + ", not as openapi.yaml says: " + String.join("; ", complaints) + "\n"
                    + answer.body().substring(0, Math.min(2_000, answer.body().length())));
        }
    }

    /** What of an answer is not as it is described. */
    List<String> complaints(String method, String path, int status, Map<String, List<String>> headers, String body) {
        if (NOT_DESCRIBED.contains(method)) {
            return List.of();
        }
        List<Operation> there = description.at(path);
        String described = method.equals("HEAD") ? "GET" : method;
        Optional<Operation> operation =
                there.stream().filter(one -> one.method().equals(described)).findFirst();
        JsonNode answer = operation.isPresent()
                ? answer(operation.get(), status)
                : OF_NOTHING.contains(status) ? generalError : null;
        if (answer == null) {
            return List.of("no such answer is described");
        }
        List<String> complaints = new ArrayList<>(ofHeaders(answer, headers));
        if (!method.equals("HEAD")) {
            JsonNode event = answer.at("/content/text~1event-stream/x-data");
            complaints.addAll(
                    event.isMissingNode()
                            ? ofBody(Operation.schemaOf(answer), headers, body)
                            : ofEvents(event, headers, body));
        }
        return complaints;
    }

    private static @Nullable JsonNode answer(Operation operation, int status) {
        Map<String, JsonNode> answers = operation.answers();
        JsonNode exact = answers.get(String.valueOf(status));
        return exact == null && OF_HTTP.contains(status) ? answers.get("default") : exact;
    }

    private List<String> ofHeaders(JsonNode answer, Map<String, List<String>> headers) {
        List<String> complaints = new ArrayList<>();
        answer.path("headers").properties().forEach(entry -> {
            JsonNode header = description.resolved(entry.getValue());
            List<String> values = headers.entrySet().stream()
                    .filter(sent -> sent.getKey().equalsIgnoreCase(entry.getKey()))
                    .flatMap(sent -> sent.getValue().stream())
                    .toList();
            if (values.isEmpty() && header.path("required").asBoolean()) {
                complaints.add("the header " + entry.getKey() + " is missing");
            }
            values.forEach(value -> schema(header.get("schema"))
                    .validate(JSON.getNodeFactory().textNode(value))
                    .forEach(error -> complaints.add("the header " + entry.getKey() + ": " + error)));
        });
        return complaints;
    }

    private List<String> ofBody(JsonNode schema, Map<String, List<String>> headers, String body) {
        if (schema.isMissingNode()) {
            return body.isEmpty() ? List.of() : List.of("there is a body");
        }
        if (!isOfType("application/json", headers)) {
            return List.of("it is not application/json");
        }
        return body.length() > MAX_BODY ? List.of() : ofJson(schema, body);
    }

    /** Of what goes on, the data of each event that has come. */
    private List<String> ofEvents(JsonNode schema, Map<String, List<String>> headers, String body) {
        if (!isOfType("text/event-stream", headers)) {
            return List.of("it is not text/event-stream");
        }
        List<String> complaints = new ArrayList<>();
        for (String event : Splitter.on("\n\n").omitEmptyStrings().split(body)) {
            if (event.startsWith(DATA)) {
                complaints.addAll(ofJson(schema, event.substring(DATA.length())));
            } else {
                complaints.add("an event is not one line of data");
            }
        }
        return complaints;
    }

    private static boolean isOfType(String type, Map<String, List<String>> headers) {
        return headers.entrySet().stream()
                .anyMatch(header -> header.getKey().equalsIgnoreCase("Content-Type")
                        && header.getValue().get(0).startsWith(type));
    }

    private List<String> ofJson(JsonNode schema, String text) {
        try {
            return complaints(schema, JSON.readTree(text));
        } catch (JsonProcessingException e) {
            return List.of("it is no JSON: " + e.getOriginalMessage());
        }
    }

    /** What of a value is not as its schema says; fields that it does not name are. */
    List<String> complaints(JsonNode schema, JsonNode value) {
        return schema(schema).validate(value).stream().map(Object::toString).toList();
    }

    private Schema schema(JsonNode schema) {
        return compiled.computeIfAbsent(schema, open -> registry.getSchema(closed.of(open)));
    }
}
