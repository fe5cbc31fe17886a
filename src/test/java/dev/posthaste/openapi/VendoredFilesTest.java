package dev.posthaste.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is served of others is what they have published: nothing was changed, added or forgotten. */
class VendoredFilesTest {
    private static final Path FOLDER = Path.of("src/main/resources/openapi/vendor");
    private static final String LOCK = "vendor.lock.json";

    @Test
    void everyFileIsTheOneOfItsLockAndComesWithItsLicence() throws Exception {
        JsonNode lock = new ObjectMapper().readTree(FOLDER.resolve(LOCK).toFile());
        Map<String, String> locked = new TreeMap<>();
        for (JsonNode one : lock.get("packages")) {
            String name = one.get("name").asText();
            assertThat(one.get("version").asText()).as(name).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
            assertThat(one.get("integrity").asText()).as(name).matches("sha512-[0-9A-Za-z+/]{86}==");
            assertThat(one.get("licence").asText()).as(name).isNotEmpty();
            one.get("files")
                    .forEach(file -> locked.put(
                            file.get("to").asText(), file.get("sha256").asText()));
            assertThat(locked).as(name).containsKey(name + ".LICENSE");
        }

        assertThat(locked).isEqualTo(there());
    }

    private static Map<String, String> there() throws IOException {
        Map<String, String> there = new TreeMap<>();
        try (Stream<Path> files = Files.walk(FOLDER)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = FOLDER.relativize(file).toString();
                if (!name.equals(LOCK)) {
                    there.put(
                            name,
                            Hashing.sha256().hashBytes(Files.readAllBytes(file)).toString());
                }
            }
        }
        return there;
    }
}
