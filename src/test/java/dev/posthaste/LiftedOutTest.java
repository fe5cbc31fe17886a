package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rooms that another program could take as they are: with nothing else of ours they compile, imports for comments too. */
class LiftedOutTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/posthaste");

    @TempDir
    private Path classes;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sql",
                "sql,oneshots",
                "sql,oneshots,quartz",
                "postgres",
                "memory",
                "egress",
                "edge",
                "json",
                "json,jsonpath"
            })
    void theseCompileAlone(String rooms) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        boolean compiles;
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            compiles = compiler.getTask(
                            complaints,
                            files,
                            null,
                            List.of("-proc:none", "-d", classes.toString(), "-cp", withoutOurs()),
                            null,
                            files.getJavaFileObjectsFromPaths(sources(rooms)))
                    .call();
        }

        assertThat(compiles).as(complaints.toString()).isTrue();
    }

    private static List<Path> sources(String rooms) throws IOException {
        try (Stream<Path> all = Files.walk(SOURCES)) {
            return all.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> Arrays.asList(rooms.split(","))
                            .contains(SOURCES.relativize(path).getName(0).toString()))
                    .toList();
        }
    }

    private static String withoutOurs() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
