package dev.posthaste.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of packages in docs/architecture.md says what the sources do. */
class ArchitecturePageTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/posthaste");
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import (?:static )?dev\\.posthaste\\.([a-z.]+)\\.[A-Z]");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.]+)` \\|.*\\|([^|]*)\\|$");

    @Test
    void eachPackageIsNamedOnce() throws IOException {
        assertThat(rows().stream().map(row -> row.group(1)).filter(name -> !name.equals("dev.posthaste")))
                .containsExactlyInAnyOrderElementsOf(imports().keySet());
    }

    @Test
    void eachPackageStandsOnWhatItImports() throws IOException {
        Map<String, NavigableSet<String>> imports = imports();

        assertThat(rows()).allSatisfy(row -> {
            if (!row.group(2).strip().equals("all")) {
                assertThat(named(row.group(2))).as(row.group(1)).isEqualTo(imports.get(row.group(1)));
            }
        });
    }

    private static List<MatchResult> rows() throws IOException {
        String page = Files.readString(Path.of("docs/architecture.md"));
        String house = page.substring(page.indexOf("\n## The house"), page.indexOf("\n## Time"));
        return ROW.matcher(house).results().toList();
    }

    private static NavigableSet<String> named(String cell) {
        return Arrays.stream(cell.replace("`", "").strip().split(", *", -1))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** By package, all but the one that puts everything together. */
    private static Map<String, NavigableSet<String>> imports() throws IOException {
        Map<String, NavigableSet<String>> imports = new TreeMap<>();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(SOURCES)) {
            files = walk.filter(file -> file.toString().endsWith(".java")).toList();
        }
        for (Path file : files) {
            String path = SOURCES.relativize(file).toString();
            if (path.contains("/")) {
                String name = path.substring(0, path.lastIndexOf('/')).replace('/', '.');
                NavigableSet<String> known = imports.computeIfAbsent(name, first -> new TreeSet<>());
                IMPORT.matcher(Files.readString(file))
                        .results()
                        .map(found -> found.group(1))
                        .filter(other -> !other.equals(name))
                        .forEach(known::add);
            }
        }
        return imports;
    }
}
