package dev.posthaste.web.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.assertions.AssertionText;
import dev.posthaste.fuzz.Fuzz;
import dev.posthaste.fuzz.QueueTexts;
import dev.posthaste.queues.QueueSettings;
import dev.posthaste.web.http.ApiException;
import org.junit.jupiter.api.Test;

class QueueSettingsFuzzTest {
    private final QueueSettingsReader reader = new QueueSettingsReader(new JsonDocument());

    @Test
    void whateverIsTakenIsWithinItsBounds() {
        Fuzz.hold("queue settings", QueueTexts.bodies(), 4_000, body -> {
            try {
                assertWithinBounds(reader.ofNew(body));
            } catch (ApiException e) {
                assertThat(e.response().getStatus()).as(body).isIn(400, 422);
            }
        });
    }

    private static void assertWithinBounds(QueueSettings settings) {
        assertThat(settings.name())
                .isNotBlank()
                .doesNotMatch(name -> name.codePoints().anyMatch(Character::isISOControl));
        assertThat(settings.name().codePointCount(0, settings.name().length())).isLessThanOrEqualTo(255);
        assertThat(settings.timeoutSeconds()).isBetween(1, 300);
        assertThat(settings.retryDelays())
                .hasSizeLessThanOrEqualTo(10)
                .allMatch(delay -> delay >= 1 && delay <= 604_800);
        assertThat(settings.dlqRetentionDays()).isBetween(1, 365);
        assertThat(settings.maxParallelism())
                .satisfiesAnyOf(
                        none -> assertThat(none).isNull(),
                        max -> assertThat(max).isPositive());
        assertThat(settings.maxPerSecond())
                .satisfiesAnyOf(
                        none -> assertThat(none).isNull(),
                        max -> assertThat(max).isPositive());
        assertThat(AssertionText.write(AssertionText.read(settings.successAssertions())))
                .isEqualTo(settings.successAssertions());
    }
}
