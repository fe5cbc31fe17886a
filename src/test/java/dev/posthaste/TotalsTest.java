package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code make test} says in its last line. */
class TotalsTest {
    @TempDir
    Path units;

    @TempDir
    Path others;

    @Test
    void theReportsOfAllFoldersAreSummedUp() throws Exception {
        report(units, "A", "tests=\"12\" errors=\"1\" skipped=\"0\" failures=\"2\"", "");
        report(others, "B", "tests=\"1000\" errors=\"0\" skipped=\"3\" failures=\"0\"", "");

        assertThat(totals(372)).containsExactly("1006 tests passed, 3 failed, 3 skipped in 6 min 12 s.");
    }

    @Test
    void aTestThatWasSkippedSaysWhy() throws Exception {
        String skipped = """
                <testcase name="x"><skipped><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: no python3
                	at java.base/java.lang.Thread.run(Thread.java:840)]]></skipped></testcase>
                """;
        report(units, "A", "tests=\"2\" errors=\"0\" skipped=\"1\" failures=\"0\"", skipped);
        report(units, "B", "tests=\"1\" errors=\"0\" skipped=\"1\" failures=\"0\"", skipped);

        assertThat(totals(9)).containsExactly("Skipped 2: no python3", "1 tests passed, 0 failed, 2 skipped in 9 s.");
    }

    @Test
    void whereNothingRanThatIsSaid() throws Exception {
        assertThat(totals(1)).containsExactly("No test was run.");
    }

    private static void report(Path directory, String name, String counts, String cases) throws IOException {
        Files.writeString(directory.resolve("TEST-" + name + ".xml"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite version="3.0.2" name="%s" time="0.031" %s>
                %s</testsuite>
                """.formatted(name, counts, cases));
    }

    private List<String> totals(int seconds) throws Exception {
        List<String> command = new ArrayList<>(List.of("src/test/totals.sh", String.valueOf(seconds)));
        command.addAll(List.of(units.toString(), others.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).isZero();
        return said;
    }
}
