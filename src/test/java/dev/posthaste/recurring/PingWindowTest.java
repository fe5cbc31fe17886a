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
    void whatCameShortlyBeforeCountsAndIsJudgedAtTheFire() {
        for (Ping early : new Ping[] {success(30), failure(30)}) {
            PingWindow window = PingWindow.of(FIRE, SOON_AFTER, new DueCron.Heartbeat(60, early, null));

            assertThat(window.expected(SOON_AFTER)).isEqualTo(new ExpectedPing(60, SOON_AFTER, early));
        }
    }

    @Test
    void onePingLongBeforeDoesNotCountForTheFireThatIsMade() {
        assertThat(PingWindow.of(FIRE, SOON_AFTER, new DueCron.Heartbeat(60, success(61), null))
                        .early())
                .isNull();
        assertThat(PingWindow.of(FIRE, SOON_AFTER, new DueCron.Heartbeat(61, success(61), null))
                        .early())
                .isEqualTo(success(61));
    }

    @Test
    void aPingIsEarlyWithinTheGraceAndAMinuteAtLeast() {
        DueCron.Heartbeat narrow = new DueCron.Heartbeat(1, null, null);
        DueCron.Heartbeat wide = new DueCron.Heartbeat(600, null, null);

        assertThat(PingWindow.isEarly(success(60), FIRE, narrow)).isTrue();
        assertThat(PingWindow.isEarly(success(61), FIRE, narrow)).isFalse();
        assertThat(PingWindow.isEarly(success(600), FIRE, wide)).isTrue();
        assertThat(PingWindow.isEarly(success(601), FIRE, wide)).isFalse();
        assertThat(PingWindow.isEarly(success(0), null, wide))
                .as("of a paused one")
                .isFalse();
    }

    @Test
    void aFailureWaitsForTheNextFireForAMinuteAtMost() {
        DueCron.Heartbeat wide = new DueCron.Heartbeat(600, null, null);

        assertThat(PingWindow.isEarly(failure(60), FIRE, wide)).isTrue();
        assertThat(PingWindow.isEarly(failure(61), FIRE, wide)).isFalse();
    }

    @Test
    void aPingThatIsNearerToTheLastDeadlineIsLateForThatFireAndNotEarlyForTheNextOne() {
        DueCron.Heartbeat pings = new DueCron.Heartbeat(60, null, FIRE.minusSeconds(40));

        assertThat(PingWindow.isEarly(success(50), FIRE, pings))
                .as("before the deadline")
                .isFalse();
        assertThat(PingWindow.isEarly(success(20), FIRE, pings)).isFalse();
        assertThat(PingWindow.isEarly(success(19), FIRE, pings)).isTrue();
        assertThat(PingWindow.isEarly(failure(20), FIRE, pings)).isFalse();
    }

    private static Ping success(int secondsBefore) {
        return new Ping(FIRE.minusSeconds(secondsBefore), false);
    }

    private static Ping failure(int secondsBefore) {
        return new Ping(FIRE.minusSeconds(secondsBefore), true);
    }
}
