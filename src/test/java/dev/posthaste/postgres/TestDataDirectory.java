package dev.posthaste.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A data directory of its own for a test, as the first start of a server leaves it: making one anew takes seconds of a
 * processor, copying one does not.
 */
public final class TestDataDirectory {
    private static final class Prepared {
        static final Path DIRECTORY = prepare();

        private static Path prepare() {
            try {
                Path directory = Files.createTempDirectory(target(), "prepared");
                try (EmbeddedDatabase database = EmbeddedDatabase.start(directory)) {
                    Migrations.run(database.target());
                }
                return directory;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private TestDataDirectory() {}

    /** A new one, with a database that is migrated and stopped. */
    public static Path fresh() throws IOException {
        Path directory = empty();
        // With owners and modes: PostgreSQL's programs may run as another user.
        ProgramRun.of(List.of("cp", "-a", Prepared.DIRECTORY + "/.", directory.toString()), target());
        return directory;
    }

    /** A new one with nothing in it. */
    public static Path empty() throws IOException {
        return Files.createTempDirectory(target(), "data");
    }

    private static Path target() throws IOException {
        return Files.createDirectories(Path.of("target", "test-databases").toAbsolutePath());
    }
}
