package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotedEnvironmentTest {
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
}
