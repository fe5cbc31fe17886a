package dev.posthaste.jsonpath;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.posthaste.fuzz.Fuzz;
import dev.posthaste.fuzz.JsonTexts;
import dev.posthaste.fuzz.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/** Queries by the grammar of RFC 9535, and the compliance suite's with changes in them. */
class JsonPathFuzzTest {
    private static final String SUITE = "/jsonpath-compliance-test-suite/cts.json";

    @Test
    void aQueryIsRefusedOrSelectsNodesOfItsDocumentAndNothingElseHappens() throws IOException {
        Arbitrary<String> suite = Arbitraries.of(selectors());
        Arbitrary<String> queries = Arbitraries.frequencyOf(
                Tuple.of(3, grammar()),
                Tuple.of(1, suite),
                Tuple.of(3, Texts.changed(suite, 2)),
                Tuple.of(1, Texts.changed(grammar(), 2)));
        Arbitrary<Asked> asked =
                Combinators.combine(queries, JsonTexts.values(3)).as(Asked::new);

        Fuzz.hold("JSONPath", asked, 10_000, one -> {
            Json document = new JsonReader().read(one.document()).orElseGet(() -> new Json.Word("null"));
            try {
                JsonPath path = JsonPath.parse(one.query());
                List<Json> selected = path.select(document);

                assertThat(nodes(document)).containsAll(identities(selected));
                assertThat(JsonPath.parse(path.toString()).select(document)).isEqualTo(selected);
            } catch (InvalidJsonPathException | TooMuchWorkException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        });
    }

    private record Asked(String query, String document) {}

    private static Set<Json> identities(List<Json> nodes) {
        Set<Json> set = Collections.newSetFromMap(new IdentityHashMap<>());
        set.addAll(nodes);
        return set;
    }

    /** All of the document, each by itself: what is selected is not a copy, and not made up. */
    private static Set<Json> nodes(Json document) {
        Set<Json> all = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Json> left = new ArrayDeque<>(List.of(document));
        while (!left.isEmpty()) {
            Json next = left.remove();
            all.add(next);
            left.addAll(next.children());
        }
        return all;
    }

    private static Arbitrary<String> grammar() {
        Arbitrary<String> numbers =
                Arbitraries.of("0", "1", "-1", "9007199254740991", "9007199254740992", "-0", "01", "");
        Arbitrary<String> slices =
                Combinators.combine(numbers, numbers, numbers).as((from, to, step) -> from + ":" + to + ":" + step);
        Arbitrary<String> names =
                Arbitraries.of("'a'", "\"b\"", "'\\u0061'", "'\\''", "''", "'\\ud83d\\ude00'", "'\\ud800'", "'a\"'");
        Arbitrary<String> plain = Arbitraries.oneOf(numbers, slices, names, Arbitraries.of("*"));
        Arbitrary<String> steps = Arbitraries.oneOf(
                plain.list().ofMinSize(1).ofMaxSize(3).map(list -> "[" + String.join(", ", list) + "]"),
                Arbitraries.of(".a", ".key", ".*", "..a", "..*", "..[0]", ".\u00e9", "...a", ". a", "[]"));
        Arbitrary<String> relative = Combinators.combine(Arbitraries.of("@", "$"), Texts.of(steps, 2))
                .as(String::concat);
        Arbitrary<String> operands = Arbitraries.oneOf(
                relative,
                Arbitraries.of(
                        "1",
                        "1.5e3",
                        "'a'",
                        "true",
                        "null",
                        "length(@.a)",
                        "count(@..*)",
                        "value(@[0])",
                        "value($..*)"),
                JsonTexts.numbers());
        Arbitrary<String> relations = Combinators.combine(
                        operands, Arbitraries.of("==", "!=", "<", "<=", ">", ">=", "=", "<>"), operands)
                .as((left, relation, right) -> left + " " + relation + " " + right);
        Arbitrary<String> tests = Arbitraries.oneOf(
                relations,
                relative,
                Arbitraries.of(
                        "match(@.a, 'a.*')",
                        "search(@, '[a-c]+')",
                        "match(@, '(')",
                        "!@.a",
                        "!(@.a == 1)",
                        "search(@,'(a|a)*b')"));
        Arbitrary<String> filters = tests.list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .flatMap(list -> Arbitraries.of(" && ", " || ", "&&!", "")
                        .map(between -> "[?" + String.join(between, list) + "]"));
        Arbitrary<String> segments = Arbitraries.frequencyOf(Tuple.of(3, steps), Tuple.of(2, filters));
        return Texts.of(segments, 4).map("$"::concat);
    }

    private static List<String> selectors() throws IOException {
        try (InputStream suite = JsonPathFuzzTest.class.getResourceAsStream(SUITE)) {
            List<String> selectors = new ArrayList<>();
            for (JsonNode one : new ObjectMapper().readTree(suite).get("tests")) {
                selectors.add(one.get("selector").textValue());
            }
            return selectors;
        }
    }
}
