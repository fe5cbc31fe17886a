package dev.posthaste;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A time of the database becomes milliseconds by cutting, as {@code Instant.toEpochMilli} does: a bare cast rounds, and
 * differs from it by a millisecond half of the time.
 */
class SqlTimesTest {
    private static final Pattern ROUNDED =
            Pattern.compile("(?<!floor)(?<!ceil)\\(extract\\(epoch from [^\"\n]*?\\* 1000\\)::bigint");

    @Test
    void noStatementRoundsATimeToTheMillisecond() throws IOException {
        List<Path> rounding;
        try (var sources = Files.walk(Path.of("src"))) {
            rounding = sources.filter(file -> file.toString().endsWith(".java"))
                    .filter(SqlTimesTest::rounds)
                    .toList();
        }

        assertThat(rounding).isEmpty();
        assertThat("select (extract(epoch from due_at) * 1000)::bigint").containsPattern(ROUNDED);
    }

    private static boolean rounds(Path file) {
        try {
            return !file.endsWith("SqlTimesTest.java")
                    && ROUNDED.matcher(Files.readString(file)).find();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
