package dev.posthaste.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterTest {
    /** A process that does not end would leave all the others running behind a test. */
    @Test
    void whatCannotBeEndedKeepsNothingElseFromEnding() {
        List<String> ended = new ArrayList<>();
        IllegalStateException first = new IllegalStateException("does not end");
        IOException second = new IOException("does not end either");

        assertThatThrownBy(() -> Cluster.closeAll(List.of(
                        () -> ended.add("one"),
                        () -> {
                            throw first;
                        },
                        () -> {
                            throw second;
                        },
                        () -> ended.add("database"))))
                .isInstanceOf(IOException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed()).containsExactly(first, second));
        assertThat(ended).containsExactly("one", "database");
    }
}
