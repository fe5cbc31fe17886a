package dev.posthaste.assertions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.contract.ContractName;
import dev.posthaste.jsonpath.InvalidJsonPathException;
import dev.posthaste.jsonpath.JsonPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The form in which assertions are kept and shown: a JSON array of objects whose values are strings. Thread-safe. */
public final class AssertionText {
    /** No assertions. */
    public static final String NONE = "[]";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<Map<String, String>>> SHAPE = new TypeReference<>() {};

    private AssertionText() {}

    /** As the contract shows them. */
    public static String write(List<Assertion> assertions) {
        try {
            return JSON.writeValueAsString(
                    assertions.stream().map(Assertion::fields).toList());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The reverse of {@link #write}; throws {@link IllegalArgumentException} for a text that does not come from there. */
    public static List<Assertion> read(String text) {
        try {
            List<Assertion> assertions = new ArrayList<>();
            for (Map<String, String> fields : JSON.readValue(text, SHAPE)) {
                assertions.add(assertion(fields));
            }
            return List.copyOf(assertions);
        } catch (JsonProcessingException | InvalidJsonPathException e) {
            throw new IllegalArgumentException("no assertions: " + text, e);
        }
    }

    private static Assertion assertion(Map<String, String> fields) throws InvalidJsonPathException {
        String value = field(fields, "value");
        AssertionType type = ContractName.find(AssertionType.class, field(fields, "type"))
                .orElseThrow(() -> new IllegalArgumentException("no assertion: " + fields));
        return switch (type) {
            case STATUS_CODE_EQUALS -> new StatusCodeEquals(Integer.parseInt(value));
            case BODY_CONTAINS -> new BodyContains(value);
            case BODY_NOT_CONTAINS -> new BodyNotContains(value);
            case RESPONSE_TIME_UNDER_MS -> new ResponseTimeUnder(Duration.ofMillis(Long.parseLong(value)));
            case HEADER_EQUALS -> new HeaderEquals(field(fields, "name"), value);
            case JSON_PATH_EQUALS -> new JsonPathEquals(JsonPath.parse(field(fields, "path")), value);
        };
    }

    private static String field(Map<String, String> fields, String name) {
        String field = fields.get(name);
        if (field == null) {
            throw new IllegalArgumentException("an assertion without " + name + ": " + fields);
        }
        return field;
    }
}
