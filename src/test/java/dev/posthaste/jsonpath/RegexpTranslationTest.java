package dev.posthaste.jsonpath;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What RFC 9485 allows, how it is spelt for RE2, and how large it counts. */
class RegexpTranslationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "a \\x{61} 1",
                "😀 \\x{1f600} 1",
                "ab|c \\x{61}\\x{62}|\\x{63} 4",
                "a| \\x{61}| 2",
                ". [^\\n\\r] 1",
                "^a$ ^\\x{61}$ 3",
                "(ab) (?:\\x{61}\\x{62}) 3",
                "() (?:) 1",
                "a* \\x{61}* 1",
                "a+ \\x{61}+ 1",
                "a? \\x{61}? 1",
                "a{3} \\x{61}{3} 3",
                "a{2,} \\x{61}{2,} 3",
                "a{2,5} \\x{61}{2,5} 5",
                "a{5,5} \\x{61}{5,5} 5",
                "a{0} \\x{61}{0} 1",
                "a{0,0} \\x{61}{0,0} 1",
                "a{1000} \\x{61}{1000} 1000",
                "x(ab){3} \\x{78}(?:\\x{61}\\x{62}){3} 10",
                "[a-c] [\\x{61}-\\x{63}] 1",
                "[^a] [^\\x{61}] 1",
                "[-a] [\\-\\x{61}] 1",
                "[a-] [\\x{61}\\-] 1",
                "[-] [\\-] 1",
                "[ac-ex] [\\x{61}\\x{63}-\\x{65}\\x{78}] 1",
                "[\\t-\\r] [\\t-\\r] 1",
                "[\\p{Lu}x] [\\p{Lu}\\x{78}] 1",
                "[\\P{L}] [\\P{L}] 1",
                "\\p{L} \\p{L} 1",
                "\\P{Nd}a \\P{Nd}\\x{61} 2",
                "\\. \\. 1",
                "\\( \\( 1",
                "\\t \\t 1"
            })
    void anExpressionIsSpeltSoThatNothingInItMeansAnythingElse(String text, String spelling, int size) {
        RegexpTranslation translation = new RegexpTranslation(text);

        assertThat(translation.translate()).isTrue();
        assertThat(translation.result()).isEqualTo(spelling);
        assertThat(translation.size()).isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "+",
                "?",
                "a**",
                "]",
                "}",
                "{",
                ")",
                "(",
                "(a",
                "a)",
                "(*)",
                "[",
                "[]",
                "[^]",
                "[a",
                "[a-b-c]",
                "[a-\\p{L}]",
                "[a-\\P{L}]",
                "[a--]",
                "[[a]",
                "[a-[]",
                "[a-]]",
                "\\d",
                "\\",
                "[\\d]",
                "[\\",
                "[a-",
                "[a-\\",
                "\\p",
                "\\pL",
                "\\p{X}",
                "\\p{L",
                "\\p{Lu1}",
                "[\\p{X}]",
                "a{",
                "a{}",
                "a{,2}",
                "a{2,1}",
                "a{1001}",
                "a{12345}",
                "a{1,1001}",
                "a{x}",
                "a{1",
                "(a{1000}){3}"
            })
    void whatIsNoneOrWouldBecomeTooLargeIsRefused(String text) {
        assertThat(new RegexpTranslation(text).translate()).isFalse();
    }

    @Test
    void nothingIsAnExpressionToo() {
        RegexpTranslation translation = new RegexpTranslation("");

        assertThat(translation.translate()).isTrue();
        assertThat(translation.size()).isOne();
    }

    @Test
    void theSizeIsBounded() {
        assertThat(new RegexpTranslation("a{1000}a{1000}").translate()).isTrue();
        assertThat(new RegexpTranslation("a{1000}a{1000}a").translate()).isFalse();
        assertThat(new RegexpTranslation("a".repeat(2_000)).translate()).isTrue();
        assertThat(new RegexpTranslation("\\p{L}".repeat(400)).translate()).isTrue();
        assertThat(new RegexpTranslation("\\p{L}".repeat(400) + "a").translate())
                .isFalse();
    }

    @Test
    void groupsAreNestedFiftyDeepAtMostAndAnyNumberMayFollowEachOther() {
        assertThat(new RegexpTranslation("(".repeat(50) + ")".repeat(50)).translate())
                .isTrue();
        assertThat(new RegexpTranslation("(".repeat(51) + ")".repeat(51)).translate())
                .isFalse();
        assertThat(new RegexpTranslation("()".repeat(60)).translate()).isTrue();
    }
}
