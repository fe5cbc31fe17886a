package dev.posthaste.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobLinesTest {
    @Test
    void aJobIsALineAndEmptyOnesArePassedOver() {
        assertThat(read("\ufeff{\"a\": 1}\r\n\n  \n {\"b\":\"ä\"} "))
                .containsExactly("1 {\"a\": 1}", "4 {\"b\":\"ä\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [{}]        | Line 2 of jobs.jsonl is an array.
            7           | Line 2 of jobs.jsonl is no JSON object.
            {"a": }     | Line 2 of jobs.jsonl is not valid JSON (column 7).
            {} {}       | Line 2 of jobs.jsonl is not valid JSON (column 4).
            {"a":1,"a":2} | Line 2 of jobs.jsonl is not valid JSON: a key appears twice in one object (column 8).
            """)
    void whatIsNoJobIsToldWithItsLine(String line, String sentence) {
        assertThatThrownBy(() -> read("{}\n" + line))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith(sentence);
    }

    @Test
    void whatIsNotUtf8IsToldWithItsLine() {
        JobLines lines = new JobLines("x", new ByteArrayInputStream(new byte[] {'{', '"', (byte) 0xe4, '"', '}'}));

        assertThatThrownBy(lines::next).hasMessage("Line 1 of x is not UTF-8.");
    }

    @Test
    void aLineWithoutEndDoesNotFillTheMemory() {
        JobLines lines = new JobLines("x", new InputStream() {
            @Override
            public int read() {
                return ' ';
            }
        });

        assertThatThrownBy(lines::next).hasMessage("Line 1 of x is longer than any job may be.");
    }

    private static List<String> read(String text) {
        JobLines lines = new JobLines("jobs.jsonl", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        List<String> read = new ArrayList<>();
        for (JobLines.Line line = lines.next(); line != null; line = lines.next()) {
            read.add(line.line() + " " + line.json());
        }
        return read;
    }
}
