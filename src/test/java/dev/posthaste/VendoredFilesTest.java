package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What others have written and the jar ships, or a test loads, is byte by byte what its lock says: nobody has changed it here. */
class VendoredFilesTest {
    private static final String LOCK = "vendor.lock.json";

    static List<Path> locks() throws IOException {
        return resources(LOCK);
    }

    private static List<Path> resources(String name) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String folder : List.of("src/main/resources", "src/test/resources")) {
            try (Stream<Path> all = Files.walk(Path.of(folder))) {
                all.filter(file -> file.endsWith(name)).sorted().forEach(found::add);
            }
        }
        return found;
    }

    @Test
    void everyFolderOfThemHasALock() throws IOException {
        assertThat(resources("vendor")).isNotEmpty().allMatch(folder -> Files.exists(folder.resolve(LOCK)));
    }

    @ParameterizedTest
    @MethodSource("locks")
    void everyFileIsLockedAndIsWhatTheLockSays(Path lock) throws IOException {
        List<String> locked = new ArrayList<>();
        for (JsonNode one : new ObjectMapper().readTree(lock.toFile()).get("packages")) {
            assertThat(one.get("integrity").asText())
                    .as(one.get("name").asText())
                    .startsWith("sha512-");
            for (JsonNode file : one.get("files")) {
                String name = file.get("to").asText();
                locked.add(name);
                byte[] content = Files.readAllBytes(lock.resolveSibling(name));
                assertThat(Hashing.sha256().hashBytes(content))
                        .as(name)
                        .hasToString(file.get("sha256").asText());
            }
        }

        try (Stream<Path> present = Files.list(lock.resolveSibling(""))) {
            assertThat(present.map(file -> file.getFileName().toString()).filter(name -> !name.equals(LOCK)))
                    .containsExactlyInAnyOrderElementsOf(locked);
        }
    }

    @ParameterizedTest
    @MethodSource("locks")
    void eachPackageHasItsLicenceBesideItAndItsRowInTheDocs(Path lock) throws IOException {
        String docs = Files.readString(Path.of("docs/dependencies.md"));
        for (JsonNode one : new ObjectMapper().readTree(lock.toFile()).get("packages")) {
            String name = one.get("name").asText();
            assertThat(one.get("files").findValuesAsText("to")).as(name).anyMatch(file -> file.contains("LICENSE"));
            assertThat(docs)
                    .contains("`" + name + "`")
                    .contains(one.get("version").asText());
        }
    }
}
