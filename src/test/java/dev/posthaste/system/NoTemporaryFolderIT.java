package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NoTemporaryFolderIT {
    /** As in a container whose file system is read-only but for the data directory. */
    @Test
    void theFirstStartNeedsTheDataDirectoryOnly() throws IOException {
        Path data = TestDataDirectory.empty();
        Path missing = data.resolveSibling("no-such-folder");

        try (ServerProcess server = ServerProcess.start(data, Map.of(), List.of("-Djava.io.tmpdir=" + missing))) {
            assertThat(server.api().get("/api/queues").statusCode()).isEqualTo(200);
            assertThat(server.log()).containsOnlyOnce("Preparing the embedded database in " + data);
        }

        assertThat(missing).doesNotExist();
        try (var left = Files.list(data)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("program"));
        }
    }
}
