package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private long nanos = 5;
    private long wallMs = 7_000;
    private final Lease lease = new Lease(Duration.ofSeconds(8), () -> nanos, () -> Instant.ofEpochMilli(wallMs));

    @Test
    void itDoesNotHoldBeforeTheFirstCheckIn() {
        assertThat(lease.holds()).isFalse();
        assertThat(lease.holdsSince(lease.term())).isFalse();
    }

    @Test
    void itHoldsForItsLengthFromTheBeginningOfTheCheckInOn() {
        Lease.Extension extension = lease.checkIn();
        pass(3_000);
        assertThat(lease.holds()).as("before the commit").isFalse();
        extension.committed(true);

        pass(4_999);
        assertThat(lease.holds()).isTrue();
        pass(1);
        assertThat(lease.holds()).isFalse();
    }

    @Test
    void itRunsOutByWhicheverClockComesFirst() {
        checkIn(true);
        wallMs += 8_000;
        assertThat(lease.holds()).as("the machine was suspended").isFalse();

        checkIn(false);
        wallMs -= 3_600_000;
        nanos += 8_000_000_000L;
        assertThat(lease.holds()).as("the clock was set back").isFalse();
    }

    @Test
    void itsTermLastsAsLongAsItIsExtendedInTime() {
        checkIn(true);
        long term = lease.term();
        pass(7_999);
        checkIn(false);
        assertThat(lease.holdsSince(term)).isTrue();
        pass(7_999);
        assertThat(lease.holdsSince(term)).isTrue();

        pass(1);
        assertThat(lease.holdsSince(term)).isFalse();
        checkIn(false);
        assertThat(lease.holds()).isTrue();
        assertThat(lease.holdsSince(term)).isFalse();
        assertThat(lease.term()).isEqualTo(term + 1);
    }

    @Test
    void whoWasRemovedMeanwhileBeginsANewTerm() {
        checkIn(true);
        long term = lease.term();

        checkIn(true);

        assertThat(lease.holdsSince(term)).isFalse();
        assertThat(lease.holdsSince(term + 1)).isTrue();
    }

    @Test
    void howLongItHasHeldIsCountedFromTheBeginningOfItsTerm() {
        checkIn(true);
        pass(7_999);
        checkIn(false);
        assertThat(lease.hasHeldForItsLength()).isFalse();
        pass(1);
        assertThat(lease.hasHeldForItsLength()).isTrue();
        pass(7_999);
        assertThat(lease.hasHeldForItsLength()).as("it has run out").isFalse();
        checkIn(false);
        assertThat(lease.hasHeldForItsLength()).isFalse();
    }

    @Test
    void whoseCheckInIsGoodForLessHasItForSoLongFromItsBeginningAndTheNextOneIsAsEver() {
        checkIn(true);
        long term = lease.term();
        pass(500);

        lease.shorten(Duration.ofSeconds(2));
        lease.shorten(Duration.ofSeconds(3));

        pass(1_499);
        assertThat(lease.holdsSince(term)).isTrue();
        checkIn(false);
        pass(7_999);
        assertThat(lease.holdsSince(term)).as("after the next one").isTrue();
        lease.shorten(Duration.ofSeconds(2));
        assertThat(lease.holds()).as("in doubt").isFalse();
        checkIn(false);
        assertThat(lease.holdsSince(term)).as("since it was in doubt").isFalse();
    }

    @Test
    void aSuspendedMachineHasLostAShortenedLeaseToo() {
        checkIn(true);
        lease.shorten(Duration.ofSeconds(2));

        wallMs += 2_000;

        assertThat(lease.holds()).isFalse();
    }

    @Test
    void itSaysHowLongItIs() {
        assertThat(lease).hasToString("lease 8 s");
        assertThat(lease.length()).isEqualTo(Duration.ofSeconds(8));
        assertThat(lease.nanoTime()).isEqualTo(nanos);
    }

    private void checkIn(boolean isNew) {
        lease.checkIn().committed(isNew);
    }

    private void pass(long ms) {
        nanos += ms * 1_000_000;
        wallMs += ms;
    }
}
