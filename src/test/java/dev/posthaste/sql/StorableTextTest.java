package dev.posthaste.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorableTextTest {
    @ParameterizedTest
    @CsvSource({
        "a\0b, a\uFFFDb",
        "a\uD800b, a\uFFFDb",
        "a\uD800, a\uFFFD",
        "\uDC00b, \uFFFDb",
        "\uD83D\uDE00\uDE00, \uD83D\uDE00\uFFFD"
    })
    void whatCannotBeKeptIsReplaced(String text, String kept) {
        assertThat(StorableText.of(text)).isEqualTo(kept);
    }

    @Test
    void everythingElseIsKept() {
        String text = "line\r\nbreak\t\u0001 \uD83D\uDE00 \uFFFD";

        assertThat(StorableText.of(text)).isSameAs(text);
        assertThat(StorableText.of(null)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "a queue | \"a queue\"",
                "a\" of team 2 | \"a\\\" of team 2\"",
                "a\\ | \"a\\\\\"",
                "a\\\" | \"a\\\\\\\"\"",
                "a\u0007b\u2028\uD800c | \"a b \uFFFDc\"",
                "a\u202Etxt.\u2066x\u2069z\u200Fw\u061Cy | \"a txt. x z w y\""
            })
    void aNameInQuotesEndsAtItsQuote(String name, String quoted) {
        assertThat(StorableText.quoted(name)).isEqualTo(quoted);
    }

    @Test
    void aMessageIsOneLine() {
        assertThat(StorableText.line("a\r\nb\u0085c\u2028d\0e\uD800")).isEqualTo("a  b c d e\uFFFD");
    }
}
