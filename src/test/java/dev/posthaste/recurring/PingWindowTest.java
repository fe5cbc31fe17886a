package dev.posthaste.recurring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.ExpectedPing;
import dev.posthaste.jobs.Ping;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PingWindowTest {
    private static final Instant FIRE = Instant.parse("2026-04-10T03:00:00Z");
    private static final Instant SOON_AFTER = FIRE.plusMillis(20);

    @Test
    void aPingIsWaitedForFromTheFireOn() {
        PingWindow window = PingWindow.of(FIRE, SOON_AFTER, new DueCron.Heartbeat(60, null, null));

        assertThat(window.expected(SOON_AFTER)).isEqualTo(new ExpectedPing(60, FIRE.plusSeconds(60), null));
    }

    @Test
    void ofAFireThatWasMissedItIsWaitedForFromNowOn() {
        Instant back = FIRE.plusSeconds(3_600);

        assertThat(PingWindow.of(FIRE, back, new DueCron.Heartbeat(60, null, null))
                        .deadline())
                .isEqualTo(back.plusSeconds(60));
        assertThat(PingWindow.of(FIRE, FIRE.plusSeconds(9), new DueCron.Heartbeat(60, null, null))
                        .deadline())
                .isEqualTo(FIRE.plusSeconds(60));
    }

    @Test
    void onePingShortlyBeforeCountsAndIsJudgedAtTheFire() {
        Instant early = FIRE.minusSeconds(30);
        PingWindow window = PingWindow.of(FIRE, SOON_AFTER, new DueCron.Heartbeat(60, early, null));

        assertThat(window.expected(SOON_AFTER)).isEqualTo(new ExpectedPing(60, SOON_AFTER, new Ping(early, false)));
    }

    @Test
    void onePingLongBeforeDoesNotCountForTheFireThatIsMade() {
        Instant early = FIRE.minusSeconds(61);

        assertThat(PingWindow.of(FIRE, SOON_AFTER, new DueCron.Heartbeat(60, early, null))
                        .early())
                .isNull();
        assertThat(PingWindow.of(FIRE, SOON_AFTER, new DueCron.Heartbeat(61, early, null))
                        .early())
                .isEqualTo(early);
    }

    @Test
    void aPingIsEarlyWithinTheGraceAndAMinuteAtLeast() {
        DueCron.Heartbeat narrow = new DueCron.Heartbeat(1, null, null);
        DueCron.Heartbeat wide = new DueCron.Heartbeat(600, null, null);

        assertThat(PingWindow.isEarly(FIRE.minusSeconds(60), FIRE, narrow)).isTrue();
        assertThat(PingWindow.isEarly(FIRE.minusSeconds(61), FIRE, narrow)).isFalse();
        assertThat(PingWindow.isEarly(FIRE.minusSeconds(600), FIRE, wide)).isTrue();
        assertThat(PingWindow.isEarly(FIRE.minusSeconds(601), FIRE, wide)).isFalse();
        assertThat(PingWindow.isEarly(FIRE, null, wide)).as("of a paused one").isFalse();
    }

    @Test
    void aSecondPingForTheLastFireDoesNotCountForTheNextOne() {
        Instant deadline = FIRE.minusSeconds(20);
        DueCron.Heartbeat pings = new DueCron.Heartbeat(40, null, deadline);

        assertThat(PingWindow.isEarly(deadline, FIRE, pings)).isFalse();
        assertThat(PingWindow.isEarly(deadline.plusMillis(1), FIRE, pings)).isTrue();
    }
}
