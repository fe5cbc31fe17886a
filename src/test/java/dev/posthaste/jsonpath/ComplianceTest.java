package dev.posthaste.jsonpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case of the JSONPath Compliance Test Suite, none left out. Its {@code result_paths} are not looked at: what we
 * select are values, without their paths.
 */
class ComplianceTest {
    private static final String SUITE = "/jsonpath-compliance-test-suite/cts.json";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void theSuiteIsWhole() throws IOException {
        assertThat(suite().get("tests")).hasSize(703);
    }

    static Stream<Arguments> validSelectors() throws IOException {
        return cases(false);
    }

    static Stream<Arguments> invalidSelectors() throws IOException {
        return cases(true);
    }

    @ParameterizedTest
    @MethodSource("validSelectors")
    void aValidSelectorSelectsWhatTheSuiteSays(JsonNode given) throws InvalidJsonPathException, IOException {
        Json document = read(given.get("document"));

        ArrayNode selected = MAPPER.createArrayNode();
        for (Json node : JsonPath.parse(given.get("selector").textValue()).select(document)) {
            selected.add(node instanceof Json.Text ? MAPPER.valueToTree(node.text()) : MAPPER.readTree(node.text()));
        }

        assertThat(selected).isIn(expected(given));
    }

    @ParameterizedTest
    @MethodSource("invalidSelectors")
    void anInvalidSelectorIsRefused(JsonNode given) {
        assertThatThrownBy(() -> JsonPath.parse(given.get("selector").textValue()))
                .isInstanceOf(InvalidJsonPathException.class);
    }

    /** Where objects' members have no order there are several orders, each of which is right. */
    private static List<JsonNode> expected(JsonNode given) {
        List<JsonNode> expected = new ArrayList<>();
        if (given.has("result")) {
            expected.add(given.get("result"));
        } else {
            given.get("results").forEach(expected::add);
        }
        return expected;
    }

    private static Json read(JsonNode document) throws IOException {
        return new JsonReader().read(MAPPER.writeValueAsString(document)).orElseThrow();
    }

    private static Stream<Arguments> cases(boolean isInvalid) throws IOException {
        return StreamSupport.stream(suite().get("tests").spliterator(), false)
                .filter(given -> given.path("invalid_selector").booleanValue() == isInvalid)
                .map(given -> Arguments.of(Named.of(given.get("name").textValue(), given)));
    }

    private static JsonNode suite() throws IOException {
        try (InputStream suite = ComplianceTest.class.getResourceAsStream(SUITE)) {
            return MAPPER.readTree(new String(suite.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
