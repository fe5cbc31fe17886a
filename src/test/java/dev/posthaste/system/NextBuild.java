package dev.posthaste.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Builds that come after this one: the built jar with more migrations in it, and another version. */
final class NextBuild {
    private NextBuild() {}

    /**
     * Makes one.
     *
     * @param migrations what their files say, by their names such as {@code 9001-note}, in order
     */
    static Path make(Path from, String version, Map<String, String> migrations) throws IOException {
        Path made = Files.createTempDirectory(
                        Files.createDirectories(Path.of("target", "builds").toAbsolutePath()), "build")
                .resolve("posthaste.jar");
        Files.copy(from, made);
        // As it is: to press a hundred megabytes takes longer than the test.
        try (FileSystem jar = FileSystems.newFileSystem(made, Map.of("compressionMethod", "STORED"))) {
            StringBuilder includes = new StringBuilder();
            for (Map.Entry<String, String> migration : migrations.entrySet()) {
                String file = "db/" + migration.getKey() + ".sql";
                Files.writeString(jar.getPath(file), "--liquibase formatted sql\n\n" + migration.getValue());
                includes.append("  <include file=\"").append(file).append("\"/>\n");
            }
            Path changelog = jar.getPath("db/changelog.xml");
            Files.writeString(
                    changelog,
                    Files.readString(changelog).replace("</databaseChangeLog>", includes + "</databaseChangeLog>"));
            Files.write(
                    jar.getPath("posthaste.properties"),
                    ("version=" + version + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return made;
    }
}
