package dev.posthaste.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That what is not JSON is refused as others refuse it is shown by {@code JsonDocumentTest}. */
class JsonScannerTest {
    @ParameterizedTest
    @CsvSource({"0, true", "-12, true", "9876543210, true", "1.0, false", "1e5, false", "0E1, false"})
    void anIntegerIsSpeltWithoutAPointAndAnExponent(String spelling, boolean isInteger) {
        JsonValue.Numeral number = (JsonValue.Numeral) read(spelling);

        assertThat(number.isInteger()).isEqualTo(isInteger);
        assertThat(number.spelling()).isEqualTo(spelling);
    }

    @Test
    void ofAVeryLongIntegerTheFirstDigitsAreEnough() {
        assertThat(((JsonValue.Numeral) read("1".repeat(40))).integer()).isEqualTo(new BigInteger("1".repeat(40)));
        assertThat(((JsonValue.Numeral) read("1".repeat(41))).integer()).isEqualTo(new BigInteger("1".repeat(40)));
        assertThat(((JsonValue.Numeral) read("-12")).integer()).isEqualTo(-12);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"\" | true",
                "\" \\t\" | true",
                "\"\\u0020\" | true",
                "\"a\" | false",
                "\" a\" | false",
                "\"\\u0061\" | false",
                "null | true",
                "0 | false",
                "false | false"
            })
    void whatIsNullOrBlankCountsAsMissing(String text, boolean isMissing) {
        assertThat(read(text).isMissing()).isEqualTo(isMissing);
    }

    /** What stands behind the part is not read for it. */
    @ParameterizedTest
    @CsvSource({"true, 3", "null, 3", "\"\\u0041\", 6", "\"\\n\", 2", "\"a\", 2", "[1], 2", "{}, 1", "-1, 1", "1e5, 2"})
    void aPartThatEndsTooEarlyIsNotJson(String text, int end) {
        JsonScanner scanner = JsonScanner.takingTwins(new Span(text, 0, end));

        assertThatThrownBy(scanner::value)
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageStartingWith("is not valid JSON (line 1, column ");
    }

    @Test
    void theHalfOfACharacterWhoseOtherHalfIsBehindThePartIsAHalf() {
        JsonScanner scanner = JsonScanner.takingTwins(Span.of("\"\\ud83d\\ude00\""));
        scanner.value();
        assertThat(scanner.tookHalfCharacter()).isFalse();

        JsonScanner cut = JsonScanner.takingTwins(Span.of("\"\\ud83d\\u0061\""));
        cut.value();
        assertThat(cut.tookHalfCharacter()).isTrue();
        assertThat(cut.tookHalfCharacter()).as("since it was asked").isFalse();
    }

    @ParameterizedTest
    @CsvSource({"'[1,\n x]', 2, 2", "'[1,\n\n]', 3, 1", "'[1,\n1\n', 3, 1", "x, 1, 1", "'\n', 2, 1"})
    void whatIsRefusedIsToldWithItsLineAndColumn(String text, int line, int column) {
        assertThatThrownBy(() -> read(text)).hasMessage("is not valid JSON (line " + line + ", column " + column + ")");
    }

    @Test
    void namesThatAppearTwiceAreRefusedOrNot() {
        String twins = "{\"a\":1,\"b\":{\"a\":2},\"\\u0061\":3}";

        assertThatThrownBy(() -> JsonScanner.refusingTwins(twins).value())
                .hasMessage("is not valid JSON: a key appears twice in one object (line 1, column 20)");
        assertThat(JsonScanner.takingTwins(Span.of(twins)).value()).isInstanceOf(JsonValue.ObjectText.class);
    }

    @Test
    void nestingHasAnEnd() {
        assertThat(read("[".repeat(100) + "]".repeat(100))).isInstanceOf(JsonValue.ArrayText.class);
        assertThatThrownBy(() -> read("[".repeat(101) + "]".repeat(101))).hasMessage("is nested deeper than 100");
    }

    private static JsonValue read(String text) {
        return JsonScanner.takingTwins(Span.of(text)).value();
    }
}
