package dev.posthaste.recurring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.ExpectedPing;
import dev.posthaste.jobs.Ping;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PingWindowTest {
    private static final Instant FIRE = Instant.parse("2026-04-10T03:00:00Z");
    private static final Instant SOON_AFTER = FIRE.plusMillis(20);

    @Test
    void aPingIsWaitedForFromTheFireOn() {
        PingWindow window = PingWindow.of(FIRE, SOON_AFTER, heartbeat(60, null));

        assertThat(window.expected(SOON_AFTER)).isEqualTo(new ExpectedPing(60, FIRE.plusSeconds(60), null));
    }

    @Test
    void ofAFireThatWasMissedItIsWaitedForFromNowOn() {
        Instant back = FIRE.plusSeconds(3_600);

        assertThat(PingWindow.of(FIRE, back, heartbeat(60, null)).deadline()).isEqualTo(back.plusSeconds(60));
        assertThat(PingWindow.of(FIRE, FIRE.plusSeconds(9), heartbeat(60, null)).deadline())
                .isEqualTo(FIRE.plusSeconds(60));
    }

    @Test
    void whatCameShortlyBeforeCountsAndIsJudgedAtTheFire() {
        Instant early = secondsBefore(30);
        PingWindow window = PingWindow.of(FIRE, SOON_AFTER, heartbeat(60, early));

        assertThat(window.expected(SOON_AFTER)).isEqualTo(new ExpectedPing(60, SOON_AFTER, new Ping(early, false)));
        assertThat(window.skippedFor()).isNull();
    }

    @Test
    void aFireIsSkippedForTheFailureThatWasReportedShortlyBefore() {
        assertThat(PingWindow.of(FIRE, SOON_AFTER, failed(600, secondsBefore(60)))
                        .skippedFor())
                .isEqualTo(7);
        assertThat(PingWindow.of(FIRE, SOON_AFTER, failed(600, secondsBefore(61)))
                        .skippedFor())
                .as("the fire was moved")
                .isNull();
    }

    @Test
    void onePingLongBeforeDoesNotCountForTheFireThatIsMade() {
        assertThat(PingWindow.of(FIRE, SOON_AFTER, heartbeat(60, secondsBefore(61)))
                        .early())
                .isNull();
        assertThat(PingWindow.of(FIRE, SOON_AFTER, heartbeat(61, secondsBefore(61)))
                        .early())
                .isEqualTo(secondsBefore(61));
    }

    @Test
    void aPingIsEarlyWithinTheGraceAndAMinuteAtLeast() {
        DueCron.Heartbeat narrow = heartbeat(1, null);
        DueCron.Heartbeat wide = heartbeat(600, null);

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
        DueCron.Heartbeat wide = heartbeat(600, null);

        assertThat(PingWindow.isEarly(failure(60), FIRE, wide)).isTrue();
        assertThat(PingWindow.isEarly(failure(61), FIRE, wide)).isFalse();
    }

    @Test
    void aPingThatIsNearerToTheLastDeadlineIsLateForThatFireAndNotEarlyForTheNextOne() {
        DueCron.Heartbeat pings = new DueCron.Heartbeat(60, null, null, null, true, secondsBefore(40));

        assertThat(PingWindow.isEarly(success(50), FIRE, pings))
                .as("before the deadline")
                .isFalse();
        assertThat(PingWindow.isEarly(success(20), FIRE, pings)).isFalse();
        assertThat(PingWindow.isEarly(success(19), FIRE, pings)).isTrue();
        assertThat(PingWindow.isEarly(failure(20), FIRE, pings)).isFalse();
    }

    /** With a grace as long as the interval a deadline is the next fire. */
    @Test
    void afterAnAnswerItIsNearerToTheAnswerOrToTheNextFire() {
        DueCron.Heartbeat pings = new DueCron.Heartbeat(60, null, null, secondsBefore(58), false, FIRE);

        assertThat(PingWindow.isEarly(success(1), FIRE, pings)).isTrue();
        assertThat(PingWindow.isEarly(success(29), FIRE, pings))
                .as("29 s to each")
                .isFalse();
        assertThat(PingWindow.isEarly(success(28), FIRE, pings)).isTrue();
        DueCron.Heartbeat old = new DueCron.Heartbeat(60, null, null, secondsBefore(131), true, secondsBefore(10));
        assertThat(PingWindow.isEarly(success(6), FIRE, old))
                .as("that ping was of a fire before")
                .isFalse();
    }

    private static DueCron.Heartbeat heartbeat(int grace, @Nullable Instant early) {
        return new DueCron.Heartbeat(grace, early, null, null, false, null);
    }

    private static DueCron.Heartbeat failed(int grace, Instant early) {
        return new DueCron.Heartbeat(grace, early, 7L, early, true, null);
    }

    private static Instant secondsBefore(int seconds) {
        return FIRE.minusSeconds(seconds);
    }

    private static Ping success(int secondsBefore) {
        return new Ping(secondsBefore(secondsBefore), false);
    }

    private static Ping failure(int secondsBefore) {
        return new Ping(secondsBefore(secondsBefore), true);
    }
}
