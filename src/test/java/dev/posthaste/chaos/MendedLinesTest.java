package dev.posthaste.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MendedLinesTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/posthaste");

    /** All of what they log: each of their warnings is of something that was mended. */
    private static final List<String> MENDERS = List.of(
            "oneshots/GateTable.java",
            "ops/LostTriggers.java",
            "ops/StrayTriggers.java",
            "ops/Verification.java",
            "queues/RepairQueues.java",
            "recurring/RepairCrons.java");

    private static final Pattern LOGGED = Pattern.compile("LOG\\.(?:warn|error)\\((.*?);\\n", Pattern.DOTALL);

    /** A sentence that is worded anew would be looked for in vain. */
    @Test
    void eachSignIsSaidByTheServer() throws IOException {
        String sources = sources(Set.of("oneshots/Reconciliation.java")) + sources(MENDERS);

        assertThat(MendedLines.SIGNS).allSatisfy(sign -> assertThat(sources).contains(sign));
    }

    @Test
    void whateverAMenderSaysHasASign() throws IOException {
        List<String> logged = LOGGED.matcher(sources(MENDERS))
                .results()
                .map(MatchResult::group)
                .toList();

        assertThat(logged)
                .hasSizeGreaterThanOrEqualTo(MENDERS.size())
                .allSatisfy(call -> assertThat(MendedLines.SIGNS).anyMatch(call::contains));
    }

    @Test
    void aLogTellsItsFirstLineOfEachSign() {
        String log = """
                INFO  started
                WARN  Job 7 was pending and nothing would have sent it: rows were removed by hand
                WARN  Job 8 was pending and nothing would have sent it: rows were removed by hand
                WARN  The gate of queue 3 was A and is B now, as the queue says: its row was changed by hand
                """;

        assertThat(MendedLines.in(log))
                .containsExactly(
                        "WARN  Job 7 was pending and nothing would have sent it: rows were removed by hand",
                        "WARN  The gate of queue 3 was A and is B now, as the queue says: its row was changed by hand");
    }

    @Test
    void aLogThatTellsOfNothingMendedHasNone() {
        assertThat(MendedLines.in("INFO  started\nWARN  A push was answered with 503: null\n"))
                .isEmpty();
    }

    private static String sources(Iterable<String> files) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String file : files) {
            all.append(Files.readString(SOURCES.resolve(file)));
        }
        return all.toString();
    }
}
