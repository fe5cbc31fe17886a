package dev.posthaste.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
    /** To the beginning of the line, and nothing on it. */
    private static final String ANEW = "\r\u001b[K";

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private Duration now = Duration.ofDays(1);

    @Test
    void onATerminalWhatIsTrueNowTakesThePlaceOfWhatWas() {
        try (Progress progress = onTerminal(80)) {
            progress.now("1 of 3");
            progress.now("2 of 3");

            assertThat(written()).isEqualTo(ANEW + "1 of 3" + ANEW + "2 of 3");
        }
        assertThat(written()).isEqualTo(ANEW + "1 of 3" + ANEW + "2 of 3" + ANEW);
    }

    @Test
    void whatHasHappenedStaysAboveIt() {
        Progress progress = onTerminal(80);

        progress.now("1 of 3");
        progress.event("Line 2 is refused.");
        progress.now("2 of 3");

        assertThat(written()).isEqualTo(ANEW + "1 of 3" + ANEW + "Line 2 is refused.\n" + ANEW + "2 of 3");
    }

    @Test
    void itIsShorterThanALineOfTheTerminalForWhatWrapsIsNotTakenAway() {
        onTerminal(8).now("1234567890");

        assertThat(written()).isEqualTo(ANEW + "123456…");
    }

    @Test
    void elsewhereALineIsWrittenTenSecondsAfterTheLastOne() {
        try (Progress progress = new Progress(output(), false, 0, () -> now.toNanos())) {
            progress.now("1 of 9");
            after(Duration.ofMillis(9_999));
            progress.now("2 of 9");
            after(Duration.ofMillis(1));
            progress.now("3 of 9");
            after(Duration.ofMillis(9_999));
            progress.now("4 of 9");
            progress.event("Line 5 is refused.");
            after(Duration.ofMillis(1));
            progress.now("5 of 9");
        }

        assertThat(written()).isEqualTo("3 of 9\nLine 5 is refused.\n5 of 9\n");
    }

    @Test
    void aTextOfOthersMovesNoCursor() {
        Progress progress = onTerminal(80);

        progress.now("a\u001b[2J\nb");
        progress.event("c\rd");

        assertThat(written()).isEqualTo(ANEW + "a\\u001b[2J\\nb" + ANEW + "c\\rd\n");
    }

    private Progress onTerminal(int columns) {
        return new Progress(output(), true, columns, () -> now.toNanos());
    }

    private PrintStream output() {
        return new PrintStream(written, true, StandardCharsets.UTF_8);
    }

    private void after(Duration time) {
        now = now.plus(time);
    }

    private String written() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
