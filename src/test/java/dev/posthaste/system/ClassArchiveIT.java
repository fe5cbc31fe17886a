package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The archive of classes saves time; nothing depends on it. */
@Timeout(120)
class ClassArchiveIT {
    @TempDir
    private Path directory;

    private final TestDatabase database = TestDatabase.fresh();

    @AfterEach
    void close() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerStartsWithoutAnArchiveThatIsOfUse(boolean isThere) throws IOException {
        Path archive = directory.resolve("classes.jsa");
        if (isThere) {
            Files.writeString(archive, "no archive");
        }
        assertThatNoException()
                .isThrownBy(() -> ServerProcess.start(directory, database.settings(), ClassArchive.using(archive))
                        .close());
    }
}
