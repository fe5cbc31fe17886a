package dev.posthaste.recurring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class FireTest {
    private static final Timing EVERY_FIVE_MINUTES = new Timing("*/5 * * * *", "UTC");

    @Test
    void whatIsDueFiresAtItsTimeAndTheNextOneWaits() {
        assertThat(fire(EVERY_FIVE_MINUTES, "2026-04-10T12:15:00Z", "2026-04-10T12:15:00.003Z"))
                .isEqualTo(new Fire(at("2026-04-10T12:15:00Z"), at("2026-04-10T12:20:00Z")));
    }

    @Test
    void whatIsFoundAtItsVeryInstantFiresOnce() {
        assertThat(fire(EVERY_FIVE_MINUTES, "2026-04-10T12:15:00Z", "2026-04-10T12:15:00Z"))
                .isEqualTo(new Fire(at("2026-04-10T12:15:00Z"), at("2026-04-10T12:20:00Z")));
    }

    @Test
    void ofAllThatWasMissedTheLastOneFires() {
        assertThat(fire(EVERY_FIVE_MINUTES, "2026-04-10T12:15:00Z", "2026-04-10T13:17:30Z"))
                .isEqualTo(new Fire(at("2026-04-10T13:15:00Z"), at("2026-04-10T13:20:00Z")));
    }

    @Test
    void whatWasPromisedFiresAlsoWhenTheZonesSayOtherwiseByNow() {
        assertThat(fire(new Timing("0 9 * * *", "UTC"), "2026-04-10T08:00:00Z", "2026-04-10T08:00:01Z"))
                .isEqualTo(new Fire(at("2026-04-10T08:00:00Z"), at("2026-04-10T09:00:00Z")));
    }

    private static Fire fire(Timing timing, String waiting, String now) {
        return Fire.of(timing.schedule(), at(waiting), at(now));
    }

    private static Instant at(String instant) {
        return Instant.parse(instant);
    }
}
