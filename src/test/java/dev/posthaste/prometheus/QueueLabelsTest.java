package dev.posthaste.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class QueueLabelsTest {
    private final QueueLabels labels = new QueueLabels(2);

    @Test
    void theFirstNamesAreTheirOwnAndAllThatComeLaterAreOne() {
        assertThat(labels.of("a")).isEqualTo("a");
        assertThat(labels.of("b")).isEqualTo("b");
        assertThat(labels.of("c")).isEqualTo("(other)");
        assertThat(labels.of("a")).isEqualTo("a");
        assertThat(labels.of("d")).isEqualTo("(other)");
    }

    @Test
    void whatBelongsToNoQueueTakesNoPlace() {
        assertThat(labels.of(null)).isEqualTo("(none)");
        labels.of("a");
        assertThat(labels.of("b")).isEqualTo("b");
    }

    /** Clients choose names: what happens in one queue must not look like what happens in all others, or in none. */
    @Test
    void noQueueIsCalledWhatOnlyThePageCallsSomething() {
        QueueLabels many = new QueueLabels(100);
        List<String> hostile =
                List.of("other", "none", "(other)", "(none)", "((other)", "((none)", "(", "((", "other)", "\\(other)");

        assertThat(hostile.stream().map(many::of)).doesNotHaveDuplicates().doesNotContain("(other)", "(none)");
    }
}
