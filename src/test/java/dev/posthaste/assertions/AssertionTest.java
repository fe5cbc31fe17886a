package dev.posthaste.assertions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.jsonpath.InvalidJsonPathException;
import dev.posthaste.jsonpath.JsonPath;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssertionTest {
    private static final String HOLDS = "";
    private static final String BODY = """
            {"status": "ok", "count": 1.0, "big": 1e400, "on": true, "none": null, "text": "1",
             "list": [1, 2], "nested": {"a" : [ ]}, "items": [{"id": 1}, {"id": 2}], "half": "\\ud800"}
            """;

    static Stream<Arguments> table() {
        ObservedBody json = whole(BODY);
        return Stream.of(
                of(new StatusCodeEquals(200), json, HOLDS),
                of(new StatusCodeEquals(201), json, "the status was 200"),
                of(new BodyContains("\"status\": \"ok\""), json, HOLDS),
                of(new BodyContains("OK"), json, "the body does not contain that"),
                of(new BodyContains("ok"), cutOff("all ok"), HOLDS),
                of(
                        new BodyContains("ok"),
                        cutOff("al"),
                        "the body was cut off, and what was read of it does not contain that"),
                of(new BodyContains("x"), whole(""), "the body does not contain that"),
                of(new BodyNotContains("error"), json, HOLDS),
                of(new BodyNotContains("ok"), json, "the body contains that"),
                of(new BodyNotContains("ok"), whole(""), HOLDS),
                of(new BodyNotContains("ok"), cutOff("ok"), "the body contains that"),
                of(new BodyNotContains("ok"), cutOff("o"), "the body was cut off, and its rest may contain that"),
                of(new ResponseTimeUnder(Duration.ofMillis(251)), json, HOLDS),
                of(new ResponseTimeUnder(Duration.ofMillis(250)), json, "the exchange took 250 ms"),
                of(new HeaderEquals("x-state", "Ready"), json, HOLDS),
                of(new HeaderEquals("X-STATE", "ready"), json, "the header was \"Ready\""),
                of(new HeaderEquals("X-Other", "Ready"), json, "there is no such header"),
                of(path("$.status", "ok"), json, HOLDS),
                of(path("$.status", "\"ok\""), json, "it was \"ok\""),
                of(path("$.status", "failed"), json, "it was \"ok\""),
                of(path("$.status", "ok"), whole("\uFEFF{\"status\": \"ok\"}"), HOLDS),
                of(path("$.count", "1.0"), json, HOLDS),
                of(path("$.count", "1"), json, "it was \"1.0\""),
                of(path("$.big", "1e400"), json, HOLDS),
                of(path("$.text", "1"), json, HOLDS),
                of(path("$.on", "true"), json, HOLDS),
                of(path("$.none", "null"), json, HOLDS),
                of(path("$.list", "[1, 2]"), json, HOLDS),
                of(path("$.nested", "{\"a\" : [ ]}"), json, HOLDS),
                of(path("$", "x"), whole("\"a\\\" is\""), "it was \"a\\\" is\""),
                of(path("$.half", "x"), json, "it was \"?\""),
                of(path("$.missing", "null"), json, "nothing in the body matches the path"),
                of(path("$.items[*].id", "2"), json, HOLDS),
                of(path("$.items[*].id", "3"), json, "none of 2 matches is that, the first was \"1\""),
                of(path("$", "ok"), whole("\"ok\""), HOLDS),
                of(path("$.a", "1"), whole("<html>"), "the body is not JSON, or nested deeper than 100"),
                of(path("$.a", "1"), whole(""), "the body is not JSON, or nested deeper than 100"),
                of(
                        path("$", "ok"),
                        new ObservedBody("\"ok\"", false, false),
                        "the body is not JSON, or nested deeper than 100"),
                of(path("$.a", "1"), cutOff("{\"a\":1}"), "the body was cut off, so its JSON is not whole"),
                of(
                        path("$..*..*..*..*", "1"),
                        whole("[" + ("[".repeat(90) + "]".repeat(90) + ",").repeat(50) + "0]"),
                        "the path takes too much work on this body"));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("table")
    void anAssertionHoldsOrSaysWhatSpeaksAgainstIt(Assertion assertion, ObservedBody body, String objection) {
        Observed observed = new Observed(200, Map.of("X-State", "Ready"), body, Duration.ofMillis(250));

        assertThat(assertion.objection(observed).orElse(HOLDS)).isEqualTo(objection);
    }

    @Test
    void theTextFormIsThatOfTheContractAndCanBeReadBack() {
        List<Assertion> assertions = List.of(
                new StatusCodeEquals(200),
                new BodyContains("\"ok\"\u0000"),
                new BodyNotContains("error"),
                new ResponseTimeUnder(Duration.ofMillis(500)),
                new HeaderEquals("X-State", "Ready"),
                path("$['a']", "1.0"));

        String text = AssertionText.write(assertions);

        assertThat(text)
                .startsWith("[{\"type\":\"status_code_equals\",\"value\":\"200\"},")
                .contains("{\"type\":\"header_equals\",\"name\":\"X-State\",\"value\":\"Ready\"}")
                .contains("{\"type\":\"json_path_equals\",\"path\":\"$['a']\",\"value\":\"1.0\"}");
        assertThat(AssertionText.read(text)).isEqualTo(assertions);
        assertThat(AssertionText.write(List.of())).isEqualTo(AssertionText.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[{}]",
                "[{\"type\":\"other\",\"value\":\"1\"}]",
                "[{\"type\":\"status_code_equals\",\"value\":\"x\"}]",
                "[{\"type\":\"header_equals\",\"value\":\"x\"}]",
                "[{\"type\":\"json_path_equals\",\"path\":\"a\",\"value\":\"x\"}]"
            })
    void aTextThatIsNotOursIsRefused(String text) {
        assertThatThrownBy(() -> AssertionText.read(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMessageNeverHoldsAWholeBodyNorWhatADatabaseCannotHold() {
        Observed observed =
                new Observed(200, Map.of("X-State", "a\tb" + "😀".repeat(1_000)), whole("{}"), Duration.ofMillis(1));

        String objection = new HeaderEquals("X-State", "b").objection(observed).orElseThrow();

        assertThat(objection)
                .startsWith("the header was \"a?b😀")
                .endsWith("😀…\"")
                .hasSizeLessThan(150);
    }

    @Test
    void aMessageNamesTheAssertion() {
        assertThat(new StatusCodeEquals(200).label()).isEqualTo("status_code_equals \"200\"");
        assertThat(new HeaderEquals("X-State", "Ready").label()).isEqualTo("header_equals X-State \"Ready\"");
        assertThat(path("$.a", "1").label()).isEqualTo("json_path_equals $.a \"1\"");
    }

    @Test
    void sixtyCharactersAreShownWithoutAnEllipsis() {
        assertThat(Excerpt.of("a".repeat(60))).isEqualTo("a".repeat(60));
        assertThat(Excerpt.of("a".repeat(61))).isEqualTo("a".repeat(60) + "…");
        assertThat(Excerpt.of("😀".repeat(61))).isEqualTo("😀".repeat(60) + "…");
    }

    private static Arguments of(Assertion assertion, ObservedBody body, String objection) {
        return Arguments.of(assertion, body, objection);
    }

    private static Assertion path(String path, String value) {
        try {
            return new JsonPathEquals(JsonPath.parse(path), value);
        } catch (InvalidJsonPathException e) {
            throw new AssertionError(e);
        }
    }

    private static ObservedBody whole(String text) {
        return new ObservedBody(text, true, false);
    }

    private static ObservedBody cutOff(String text) {
        return new ObservedBody(text, true, true);
    }
}
