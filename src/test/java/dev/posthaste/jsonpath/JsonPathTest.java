package dev.posthaste.jsonpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {
    private static final String SHOP = """
            {"name": "Zum Büchermann", "open": true, "owner": null, "rent": 1.0, "tag's": "q", "re": "[0-9]+",
             "books": [
              {"title": "Faust", "price": 8.50, "isbn": "12"},
              {"title": "Emma", "price": 1e1},
              {"title": "😀", "price": 10, "loans": [1, 2]}],
             "shelf": {"books": 3, "a.b": {"x": [[1], [2, 3]]}}}
            """;

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "$.name ; Zum Büchermann",
                "$['name'] ; Zum Büchermann",
                "$[\"name\"] ; Zum Büchermann",
                "$['na\\u006de'] ; Zum Büchermann",
                "$['tag\\'s'] ; q",
                "$ .name ; Zum Büchermann",
                "$.open ; true",
                "$.owner ; null",
                "$.rent ; 1.0",
                "$.missing ; ",
                "$.name.more ; ",
                "$.books[0].price ; 8.50",
                "$.books[1].price ; 1e1",
                "$.books[-1].title ; 😀",
                "$.books[3] ; ",
                "$.books[0,-1].title ; Faust 😀",
                "$.books[1:].title ; Emma 😀",
                "$.books[::-1].title ; 😀 Emma Faust",
                "$.books[::-2].title ; 😀 Faust",
                "$.books[5:0:-1].title ; 😀 Emma",
                "$.books[::0].title ; ",
                "$.books[*].title ; Faust Emma 😀",
                "$.shelf.* ; 3 {\"x\": [[1], [2, 3]]}",
                "$.shelf['a.b'].x ; [[1], [2, 3]]",
                "$..x[*][0] ; 1 2",
                "$..price ; 8.50 1e1 10",
                "$.books[?@.isbn].title ; Faust",
                "$.books[?!@.isbn].title ; Emma 😀",
                "$.books[?@.price == 10].title ; Emma 😀",
                "$.books[?@.price < 10].title ; Faust",
                "$.books[?@.price >= 10 && @.loans].title ; 😀",
                "$.books[?@.title == 'Emma' || (@.price < 9)].title ; Faust Emma",
                "$.books[?@.isbn == @.nothing].title ; Emma 😀",
                "$.books[?@.loans == $.books[2].loans].title ; 😀",
                "$.books[?length(@.title) == 1].title ; 😀",
                "$.books[?count(@.loans[*]) == 2].title ; 😀",
                "$.books[?value(@..isbn) == '12'].title ; Faust",
                "$.books[?match(@.title, '[A-Z].*a')].title ; Emma",
                "$.books[?search(@.title, 'm{2}')].title ; Emma",
                "$.books[?search(@.isbn, $.re)].title ; Faust",
                "$.books[?match(@.title, $.name)].title ; "
            })
    void aPathSelectsNodesInTheOrderOfTheRfc(String path, String expected) throws InvalidJsonPathException {
        assertThat(String.join(" ", texts(path, SHOP))).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "name",
                "$.",
                "$.. ",
                "$name",
                " $.name",
                "$.name ",
                "$. name",
                "$.1a",
                "$.a-b",
                "$['a",
                "$['a\\x']",
                "$['\\ud800']",
                "$[\"\\'\"]",
                "$[01]",
                "$[-0]",
                "$[9007199254740992]",
                "$[]",
                "$[1 2]",
                "$[?]",
                "$[?@.a = 1]",
                "$[?1]",
                "$[?'a']",
                "$[?@.* == 1]",
                "$[?@.a == (1)]",
                "$[?@.a == 01]",
                "$[?length(@.a)]",
                "$[?length(@.*) == 1]",
                "$[?count(1) == 1]",
                "$[?match(@.a, 'x') == true]",
                "$[?match(@.a)]",
                "$[?nothing(@.a)]",
                "$[?length (@.a) == 1]",
                "$[?match(@.a, '\\\\d')]",
                "$[?match(@.a, '(a')]",
                "$[?match(@.a, '((a{1000}){1000}){1000}')]",
                "$[?((((((((((((@.a))))))))))))]"
            })
    void whatIsNoPathIsRefused(String text) {
        assertThatThrownBy(() -> JsonPath.parse(text))
                .isInstanceOf(InvalidJsonPathException.class)
                .hasMessageMatching(".+ at character \\d+");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$..*..*..*..*",
                "$..[?search($[1], '(a+)+b')]",
                "$..[?$..[?$..[?$..*]]]",
                "$..[?$[2] == $[2] && @ == 7]"
            })
    void aPathThatExplodesIsGivenUp(String text) throws InvalidJsonPathException {
        JsonPath path = JsonPath.parse(text);
        String deep = "[".repeat(90) + "1" + "]".repeat(90);
        String longText = '"' + "a".repeat(30_000) + '"';
        Json document = read("[" + (deep + "," + longText + ",[" + (deep + ",").repeat(50) + "0]") + "]");

        assertThatThrownBy(() -> path.select(document)).isInstanceOf(TooMuchWorkException.class);
    }

    @Test
    void aPatternThatWouldBacktrackForeverEndsSoon() throws InvalidJsonPathException {
        String body = "[\"" + "a".repeat(60_000) + "\"]";

        assertThat(texts("$[?match(@, '(a|aa)+b')]", body)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | 1.0 | true",
                "-0 | 0.0 | true",
                "1e400 | 1e401 | false",
                "10e399 | 1e400 | true",
                "9007199254740993 | 9007199254740992 | false",
                "1e99999999999 | 1e400 | true",
                "true | true | true",
                "null | false | false",
                "{\"a\":1,\"b\":2} | {\"b\":2.0,\"a\":1} | true",
                "[1,2] | [2,1] | false",
                "\"1\" | 1 | false",
                "[1] | [1,2] | false",
                "[1,3] | [1,2] | false",
                "1e99999999999 | 1 | false"
            })
    void valuesAreComparedByWhatTheyMean(String left, String right, boolean areEqual) throws InvalidJsonPathException {
        assertThat(texts("$[?@.l == @.r]", "[{\"l\": " + left + ", \"r\": " + right + "}]"))
                .hasSize(areEqual ? 1 : 0);
    }

    /** Up to 64 characters exactly, beyond as doubles. */
    @Test
    void numbersThatAreSpeltVeryLongAreComparedAsDoubles() throws InvalidJsonPathException {
        String digits = "0." + "1".repeat(61);
        String zeros = "0".repeat(70);

        assertThat(areEqual(digits + "2", digits + "3")).isFalse();
        assertThat(areEqual(digits + "12", digits + "13")).isTrue();
        assertThat(areEqual("2." + zeros, "1." + zeros)).isFalse();
        assertThat(areEqual("-0." + zeros, "0")).isTrue();
        assertThat(areEqual("0", "-0." + zeros)).isTrue();
        assertThat(texts("$[?@ < 2]", "[1." + zeros + ", 3." + zeros + ", 1e99999999999]"))
                .containsExactly("1." + zeros);
    }

    @Test
    void aTextIsBeforeThoseThatItBegins() throws InvalidJsonPathException {
        assertThat(texts("$[?@ < 'ab']", "[\"a\", \"ab\", \"abc\"]")).containsExactly("a");
    }

    @Test
    void queriesNestTenDeepAndAnyNumberMayFollowEachOther() throws InvalidJsonPathException {
        JsonPath.parse("$" + "[?@".repeat(10) + "]".repeat(10));
        assertThatThrownBy(() -> JsonPath.parse("$" + "[?@".repeat(11) + "]".repeat(11)))
                .hasMessageStartingWith("it is nested too deep");
        JsonPath.parse("$" + "[0]".repeat(12));
        JsonPath.parse("$[?(@)" + " && (@)".repeat(12) + "]");
        JsonPath.parse("$[?count(@)==1" + " && count(@)==1".repeat(12) + "]");
        assertThatThrownBy(() -> JsonPath.parse("$[?" + "length(".repeat(11) + "@" + ")".repeat(11) + "==1]"))
                .hasMessageStartingWith("it is nested too deep");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$[?az_09(@)] | there is no function az_09 at character 12",
                "$[?true(@)] | there is no function true at character 11",
                "$[?count()==1] | expected one argument at character 11",
                "$[?count( )==1] | expected one argument at character 12",
                "$[?match(@)] | expected two arguments at character 12"
            })
    void whatIsWrongIsSaidWithItsPlace(String text, String message) {
        assertThatThrownBy(() -> JsonPath.parse(text)).hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"azAZ_09", "\u0080", "ü"})
    void aNameBehindADotHasLettersDigitsAndWhatIsNotAscii(String name) throws InvalidJsonPathException {
        assertThat(texts("$." + name, "{\"" + name + "\": 1}")).containsExactly("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$.a[", "$.a`", "$.a{", "$.a@", "$.@", "$.:", "$./"})
    void andNothingElse(String path) {
        assertThatThrownBy(() -> JsonPath.parse(path)).isInstanceOf(InvalidJsonPathException.class);
    }

    @Test
    void pathsOfOneTextAreEqual() throws InvalidJsonPathException {
        assertThat(JsonPath.parse("$.a")).isEqualTo(JsonPath.parse("$.a")).hasSameHashCodeAs(JsonPath.parse("$.a"));
        assertThat(JsonPath.parse("$.a")).isNotEqualTo(JsonPath.parse("$['a']"));
        assertThat(JsonPath.parse("$.a").hashCode())
                .isNotEqualTo(JsonPath.parse("$.b").hashCode());
    }

    @Test
    void stringsAreOrderedByTheirCharactersNotByUtf16() throws InvalidJsonPathException {
        assertThat(texts("$[?@ < '😀']", "[\"\uffee\", \"z\", \"😀\"]")).containsExactly("\uffee", "z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "nothing", "{\"a\":1", "[1] 2", "{a:1}", "<html>"})
    void whatIsNotJsonIsNotRead(String text) {
        assertThat(new JsonReader().read(text)).isEmpty();
    }

    @Test
    void jsonNestedTooDeepIsNotRead() {
        assertThat(new JsonReader().read("[".repeat(101) + "]".repeat(101))).isEmpty();
        assertThat(new JsonReader().read("[".repeat(100) + "]".repeat(100))).isPresent();
    }

    private static boolean areEqual(String left, String right) throws InvalidJsonPathException {
        return !texts("$[?@.l == @.r]", "[{\"l\": " + left + ", \"r\": " + right + "}]")
                .isEmpty();
    }

    private static List<String> texts(String path, String document) throws InvalidJsonPathException {
        return JsonPath.parse(path).select(read(document)).stream()
                .map(Json::text)
                .toList();
    }

    private static Json read(String document) {
        return new JsonReader().read(document).orElseThrow();
    }
}
