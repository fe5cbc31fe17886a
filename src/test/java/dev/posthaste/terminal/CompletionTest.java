package dev.posthaste.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real bash makes of the script that {@code posthaste completion} prints. */
class CompletionTest {
    private static final Path BASH = Path.of("/bin/bash");

    private static final Pattern LIST = Pattern.compile("(?m)^ *local (\\w+)=\\(");

    /** As bash does it when somebody types the words after the script's name and presses the tab key behind the last one. */
    private static final String TAB = """
            set -e
            source "$1"
            shift
            [[ $(complete -p posthaste) =~ -F\\ ([^ ]+) ]]
            # It is for completions under way only, and says so.
            compopt() { :; }
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_TYPE=9 COMP_KEY=9
            COMP_POINT=${#COMP_LINE}
            "${BASH_REMATCH[1]}" posthaste "${@: -1}" "${@: -2:1}" || [ ${#COMPREPLY[@]} -eq 0 ]
            printf '%s\\n' "${COMPREPLY[@]}"
            """;

    @TempDir
    private Path directory;

    private Path script;

    @BeforeEach
    void print() throws IOException {
        assumeTrue(Files.isExecutable(BASH), "Not tested: there is no " + BASH + " that could complete anything.");
        script = Files.writeString(
                directory.resolve("completion"),
                TerminalRun.of("http://127.0.0.1:9", "completion").output());
    }

    @Test
    void aCommandIsCompleted() throws Exception {
        assertThat(completed("dead")).containsExactly("dead-letters");
        assertThat(completed("")).contains("push", "jobs", "queues", "crons", "tail");
    }

    @Test
    void aCommandOfACommandIsCompleted() throws Exception {
        assertThat(completed("dead-letters", "re")).containsExactly("replay");
        assertThat(completed("crons", "")).contains("run", "pause", "resume");
    }

    @Test
    void anOptionAndItsValuesAreCompleted() throws Exception {
        assertThat(completed("jobs", "--fin")).containsExactly("--final-status");
        assertThat(completed("jobs", "--final-status", "failed_"))
                .containsExactlyInAnyOrder("failed_with_retries", "failed_no_retries");
    }

    @Test
    void eachOptionHasItsOwnValues() throws Exception {
        assertThat(completed("jobs", "--status", ""))
                .containsExactlyInAnyOrder("pending", "processing", "completed", "failed", "cancelled");
    }

    /** Options of one label share a list there, and the later one's values take the place of the earlier one's. */
    @Test
    void noListOfValuesIsSetTwiceInOneFunction() throws IOException {
        List<String> functions = List.of(Files.readString(script).split("(?m)^function ", -1));

        assertThat(functions)
                .hasSizeGreaterThan(5)
                .allSatisfy(
                        function -> assertThat(LIST.matcher(function).results().map(list -> list.group(1)))
                                .doesNotHaveDuplicates());
        assertThat(LIST.matcher(String.join("", functions)).results()).hasSizeGreaterThan(3);
    }

    @Test
    void whatNoCommandBeginsWithIsCompletedByNothing() throws Exception {
        assertThat(completed("no-such")).containsExactly("");
    }

    private List<String> completed(String... typed) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(BASH.toString(), "--norc", "--noprofile", "-c", TAB, "bash", script.toString(), Terminal.NAME));
        command.addAll(List.of(typed));
        Process bash = new ProcessBuilder(command)
                .redirectError(directory.resolve("errors").toFile())
                .start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(bash.waitFor()).as(() -> "bash: " + errors()).isZero();
        assertThat(errors()).isEmpty();
        return output.lines().toList();
    }

    private String errors() {
        try {
            return Files.readString(directory.resolve("errors"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
