package dev.posthaste.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReferencePageTest {
    private static final Path PAGE = Path.of("docs/reference.md");

    @Test
    void theReferenceIsWhatTheDescriptionOfTheApiSays() throws IOException {
        String written = ReferencePage.written();
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, written);
        }

        assertThat(Files.readString(PAGE)).as("run make docs").isEqualTo(written);
    }

    @Test
    void everyHeadingOfTheReferenceHasAnAnchorOfItsOwn() {
        assertThat(ReferencePage.written()
                        .replaceAll("(?s)```.*?```", "")
                        .lines()
                        .filter(line -> line.startsWith("#"))
                        .map(heading -> Markdown.anchor(heading.replaceFirst("^#+ ", ""))))
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(100);
    }
}
