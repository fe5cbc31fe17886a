package dev.posthaste.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsPageTest {
    private static final Path PAGE = Path.of("docs/settings.md");

    @Test
    void thePageOfSettingsIsWhatTheClassesRead() throws IOException {
        String written = SettingsPage.written();
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, written);
        }

        assertThat(Files.readString(PAGE)).as("run make docs").isEqualTo(written);
    }
}
