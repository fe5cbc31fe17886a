package dev.posthaste.system;

import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The classes of the built jar as Java keeps them in memory (class data sharing), so that a server starts in half the
 * time. One for all JVMs that run tests; it belongs to the jar that it was made from.
 */
final class ClassArchive {
    private static final Path MADE = make();

    private ClassArchive() {}

    /** Options for a JVM that runs the jar. */
    static List<String> options() {
        return using(MADE);
    }

    /** The same with another archive. One that is missing or of no use is passed over by Java without a word. */
    static List<String> using(Path archive) {
        return List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
    }

    private static Path make() {
        try {
            Path jar = Path.of(ServerProcess.jar()).toAbsolutePath();
            String name = "classes-" + Files.getLastModifiedTime(jar).toMillis();
            Path archive = jar.resolveSibling(name + ".jsa");
            try (FileChannel channel = FileChannel.open(
                    jar.resolveSibling(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                // Until the channel is closed; the other JVM waits.
                channel.lock();
                if (!Files.exists(archive)) {
                    make(archive);
                }
            }
            return archive;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Java writes it when the server that it has watched ends. */
    private static void make(Path archive) throws IOException {
        Path unfinished = archive.resolveSibling(archive.getFileName() + ".new");
        Path directory = Files.createDirectories(archive.resolveSibling("class-archive"));
        try (TestDatabase database = TestDatabase.empty()) {
            ServerProcess.start(directory, database.settings(), List.of("-XX:ArchiveClassesAtExit=" + unfinished))
                    .close();
        }
        if (Files.exists(unfinished)) {
            Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
