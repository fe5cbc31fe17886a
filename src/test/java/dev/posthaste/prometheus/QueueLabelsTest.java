package dev.posthaste.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueueLabelsTest {
    private final QueueLabels labels = new QueueLabels(2);

    @Test
    void theFirstNamesAreTheirOwnAndAllThatComeLaterAreOne() {
        assertThat(labels.of("a")).isEqualTo("a");
        assertThat(labels.of("b")).isEqualTo("b");
        assertThat(labels.of("c")).isEqualTo("other");
        assertThat(labels.of("a")).isEqualTo("a");
        assertThat(labels.of("d")).isEqualTo("other");
    }

    @Test
    void whatBelongsToNoQueueTakesNoPlace() {
        assertThat(labels.of(null)).isEqualTo("none");
        labels.of("a");
        assertThat(labels.of("b")).isEqualTo("b");
    }
}
