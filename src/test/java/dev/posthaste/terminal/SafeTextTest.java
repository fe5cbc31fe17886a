package dev.posthaste.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SafeTextTest {
    @Test
    void whatMovesACursorIsShownAndNotDone() {
        assertThat(SafeText.of("a\u001b[2Jb\rc\u0007d\u009b31me\u007f"))
                .isEqualTo("a\\u001b[2Jb\\rc\\u0007d\\u009b31me\\u007f");
    }

    @Test
    void aTextStaysOnItsLine() {
        assertThat(SafeText.of("a\nb\tc\u2028d\u2029")).isEqualTo("a\\nb\\tc\\u2028d\\u2029");
    }

    @Test
    void whatTurnsTheDirectionOfWritingOrIsNotSeenIsShown() {
        assertThat(SafeText.of("\u202egpj.exe\u2066\u200b\ufeff\udb40\udc41"))
                .isEqualTo("\\u202egpj.exe\\u2066\\u200b\\ufeff\\udb40\\udc41");
    }

    @Test
    void halfACharacterIsShownAsItsUnit() {
        assertThat(SafeText.of("a\ud83db")).isEqualTo("a\\ud83db");
    }

    @Test
    void lettersOfAllScriptsStayAsTheyAre() {
        assertThat(SafeText.of("äöü 你好 привет 😀 e\u0301 …")).isEqualTo("äöü 你好 привет 😀 e\u0301 …");
    }

    @Test
    void jsonMeansTheSameAndKeepsItsDigitsAndItsLines() {
        assertThat(SafeText.json("{\n  \"a\": 12345678901234567890.10, \"b\": \"\u009b31m\\u001b\u202e😀\"}"))
                .isEqualTo("{\n  \"a\": 12345678901234567890.10, \"b\": \"\\u009b31m\\u001b\\u202e😀\"}");
    }
}
