package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotedEnvironmentTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "${OTHER}",
                "${OTHER:-x}",
                "$${OTHER}",
                "${VALUE}",
                "a$b${",
                "$",
                "\\u0024",
                "\"quoted\"",
                "back\\slash",
                "#no comment",
                "${OTHER}}",
                "line\nbreak"
            })
    void aVariableIsTakenLiterally(String value) throws IOException {
        QuotedEnvironment environment = new QuotedEnvironment(Map.of("VALUE", value, "OTHER", "something else"));

        String yaml = environment.substitutor().replace("a: \"${VALUE:-none}\"\nb: \"${MISSING:-none}\"\n");

        JsonNode read = new YAMLMapper().readTree(yaml);
        assertThat(read.get("a").asText()).isEqualTo(value);
        assertThat(read.get("b").asText()).isEqualTo("none");
    }

    /** As orchestrators hand out secrets: a file of one line. */
    @ParameterizedTest
    @ValueSource(strings = {"from a file", "from a file\n", "from a file\r\n"})
    void aVariableCanBeReadFromAFile(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), content);

        assertThat(substituted(Map.of("VALUE_FILE", file.toString()))).isEqualTo("from a file");
    }

    @Test
    void whatAFileHoldsIsTakenLiterally() throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), " ${OTHER}\"\\ ");

        assertThat(substituted(Map.of("VALUE_FILE", file.toString(), "OTHER", "x")))
                .isEqualTo(" ${OTHER}\"\\ ");
    }

    @Test
    void aFileThatSaysNothingIsRefused() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty"), "\n");
        Path large = Files.writeString(directory.resolve("large"), "x".repeat(70_000));

        assertRefused(Map.of("VALUE_FILE", empty.toString()), "VALUE_FILE names " + empty + ", which is empty.");
        assertRefused(Map.of("VALUE_FILE", large.toString()), "VALUE_FILE names " + large + ", which is larger");
        assertRefused(Map.of("VALUE_FILE", directory.resolve("none").toString()), "cannot be read");
        assertRefused(Map.of("VALUE_FILE", empty.toString(), "VALUE", "x"), "VALUE and VALUE_FILE are both set");
    }

    private static void assertRefused(Map<String, String> environment, String message) {
        assertThatThrownBy(() -> substituted(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static String substituted(Map<String, String> environment) throws IOException {
        String yaml = new QuotedEnvironment(environment).substitutor().replace("a: \"${VALUE:-none}\"\n");
        return new YAMLMapper().readTree(yaml).get("a").asText();
    }
}
