package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both clocks are set by the test, in microseconds; a reading takes as long as it says, the database's in the middle. */
class DatabaseClockTest {
    private static final long SYNCHRONIZED_MICROS = 1_700_000_000_000_000L;

    private long steadyMicros = 5_000_123;
    private long databaseMicros = SYNCHRONIZED_MICROS;
    private final DatabaseClock clock =
            new DatabaseClock(InstantSource.fixed(Instant.EPOCH), () -> steadyMicros * 1_000);

    @BeforeEach
    void isSynchronized() {
        for (int i = 0; i < 20; i++) {
            pass(2_000_300);
            read(700);
        }
    }

    @Test
    void itIsNeverAheadAndNoMoreThanTwoMillisecondsBehind() {
        for (int i = 0; i < 1_000; i++) {
            pass(1_237L * (i % 10));
            if (i % 7 == 0) {
                read(i % 3 == 0 ? 300 : 40_000);
            }
            if (i % 5 == 0) {
                claim(100L * i);
            }
            assertThat(behindMicros()).isBetween(0L, 2_900L);
        }
    }

    @Test
    void itIsSteadySinceItWasReadAgainAfterAGap() {
        Instant before = clock.steadySince();
        assertThat(before).isBefore(clock.instant().minusSeconds(30));
        pass(9_000_000);
        read(700);
        assertThat(clock.steadySince())
                .as("some check-ins failed")
                .isBetween(before.minusMillis(5), before.plusMillis(5));

        pass(11_000_000);
        read(700);

        assertThat(clock.steadySince()).isBetween(clock.instant().minusMillis(1), clock.instant());
    }

    @Test
    void aClockThatWasSetBackIsSteadySinceThen() {
        setBack(5_000);
        read(700);

        assertThat(clock.steadySince()).isBetween(clock.instant().minusMillis(1), clock.instant());
    }

    @Test
    void aClockThatWasSetBackIsNoticedAtTheNextReading() {
        setBack(100);
        assertThat(behindMicros()).isNegative();

        read(700);

        assertThat(behindMicros()).isBetween(0L, 2_900L);
    }

    @Test
    void aClockThatWasSetBackIsNoticedAtTheNextClaim() {
        setBack(100);

        claim(5_000);

        // The moment within the claim is not known: as late as it took, but nothing leaves early.
        assertThat(behindMicros()).isBetween(0L, 7_900L);
    }

    @Test
    void aClaimThatTookLongDoesNotMakeTheClockLate() {
        claim(3_000_000);

        assertThat(behindMicros()).isBetween(0L, 2_900L);
    }

    @Test
    void aClockThatWasSetAheadIsFollowedAtTheNextReading() {
        databaseMicros += 3_600_000_000L;

        read(700);

        assertThat(behindMicros()).isBetween(0L, 2_900L);
    }

    @Test
    void itKnowsByHowMuchItMayBeBehind() {
        for (int i = 0; i < 1_000; i++) {
            pass(1_237L * (i % 10));
            read(i % 3 == 0 ? 300 : 40_000);
            assertThat(clock.uncertainty().toMillis() * 1_000).isGreaterThanOrEqualTo(behindMicros() + 1_000);
            assertThat(clock.uncertainty().toMillis()).isBetween(2L, 5L);
        }
        databaseMicros += 60_000_000L;
        read(9_000);

        assertThat(clock.uncertainty().toMillis()).isBetween(9L, 14L);
    }

    @Test
    void beforeTheFirstReadingItIsTheNodesOwn() {
        DatabaseClock fresh = new DatabaseClock(InstantSource.fixed(Instant.ofEpochMilli(5_000)), () -> 7_000_000L);

        assertThat(fresh.millis()).isEqualTo(5_000);
        assertThat(fresh.instant()).isEqualTo(Instant.ofEpochMilli(5_000));
        assertThat(fresh.uncertainty()).isZero();
    }

    @Test
    void anInstantOfTheDatabaseIsToldInTheNodesTime() {
        DatabaseClock ahead = new DatabaseClock(InstantSource.fixed(Instant.ofEpochMilli(5_000)), () -> 0L);
        ahead.read(9_001, 0, 0);

        assertThat(ahead.toNodeTime(9_100)).isEqualTo(5_100);
    }

    /** The milliseconds of both clocks are cut, and the two need not run at quite the same speed. */
    @Test
    void aReadingThatIsLessByThreeMillisecondsMayBeOfTheSameClockAndByFourIsNot() {
        DatabaseClock read = new DatabaseClock(InstantSource.fixed(Instant.EPOCH), () -> 0L);
        read.read(1_000, 0, 0);
        assertThat(read.millis()).isEqualTo(999);

        read.read(996, 0, 0);
        read.check(996, 0, 0);
        assertThat(read.millis()).isEqualTo(999);

        read.check(995, 0, 0);
        assertThat(read.millis()).isEqualTo(994);
        read.read(991, 0, 0);
        assertThat(read.millis()).isEqualTo(994);
        read.read(990, 0, 0);
        assertThat(read.millis()).isEqualTo(989);
    }

    @Test
    void itIsJudgedByWhenItWasAskedThatAReadingCannotHaveBeenTakenByTheClockBefore() {
        DatabaseClock read = new DatabaseClock(InstantSource.fixed(Instant.EPOCH), () -> 0L);
        read.read(1_000, 0, 0);

        read.check(1_050, 54, 54);
        assertThat(read.millis()).isEqualTo(999);
        read.check(1_050, 55, 55);
        assertThat(read.millis()).isEqualTo(994);
    }

    @Test
    void theBestOfTheLastSixteenReadingsCounts() {
        DatabaseClock read = new DatabaseClock(InstantSource.fixed(Instant.EPOCH), () -> 0L);
        read.read(1_000, 0, 0);
        for (int i = 0; i < 15; i++) {
            read.read(1_000, 0, 2);
        }
        assertThat(read.millis()).isEqualTo(999);
        assertThat(read.uncertainty()).hasMillis(4);

        read.read(1_000, 0, 2);
        assertThat(read.millis()).isEqualTo(997);
        assertThat(read.uncertainty()).hasMillis(6);
    }

    private long behindMicros() {
        return databaseMicros - clock.millis() * 1_000;
    }

    private void pass(long micros) {
        steadyMicros += micros;
        databaseMicros += micros;
    }

    private void setBack(long millis) {
        databaseMicros -= millis * 1_000;
    }

    private void read(long micros) {
        long asked = clock.steadyMs();
        pass(micros / 2);
        long databaseMs = databaseMicros / 1_000;
        pass(micros - micros / 2);
        clock.read(databaseMs, asked, clock.steadyMs());
    }

    private void claim(long micros) {
        long asked = clock.steadyMs();
        pass(micros / 2);
        long databaseMs = databaseMicros / 1_000;
        pass(micros - micros / 2);
        clock.check(databaseMs, asked, clock.steadyMs());
    }
}
