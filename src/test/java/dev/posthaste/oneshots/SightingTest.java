package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a node is taken for dead before its lease has run out, and when it is not. */
class SightingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long KEY = 7;
    private static final Sighting.Witness STANDS = new Sighting.Witness(true, true);
    private static final Sighting.Witness STANDS_ANEW = new Sighting.Witness(true, false);
    private static final Sighting.Witness FALLEN = new Sighting.Witness(false, true);

    private long now = 1;
    private @Nullable Sighting seen;

    @Test
    void whosePresenceEndedBeforeTheEyesOfThisNodeIsAbsentOnceItHasMissedTwoCheckIns() {
        look(1, true, STANDS);
        pass(900);
        look(1, false, STANDS);
        assertThat(isAbsent()).isFalse();
        pass(1_000);
        look(1, false, STANDS);
        assertThat(isAbsent()).isFalse();
        pass(999);
        assertThat(isAbsent()).as("a moment too soon").isFalse();

        pass(1);
        look(1, false, STANDS);

        assertThat(isAbsent()).isTrue();
    }

    /** As long as its row has said the same, when it has ended just now. */
    @Test
    void howLongAgoItCheckedInDoesNotMatterUntilItsPresenceHasEnded() {
        look(1, true, STANDS);
        pass(7_000);
        look(1, true, STANDS);
        assertThat(isAbsent()).isFalse();

        look(1, false, STANDS);

        assertThat(isAbsent()).isFalse();
    }

    /** Its session was ended, and it lives: it misses it at its next check-in, and has another one from then on. */
    @Test
    void whoHasAnotherPresenceIsNotAbsent() {
        look(1, true, STANDS);
        pass(1_000);
        look(1, false, STANDS);
        pass(1_000);
        look(new Sighting.Row(2, KEY + 1, true), STANDS);
        pass(10_000);

        assertThat(isAbsent()).isFalse();
    }

    @Test
    void whoChecksInWithoutItsPresenceIsGivenTimeAnew() {
        look(1, true, STANDS);
        look(1, false, STANDS);
        pass(1_999);
        look(2, false, STANDS);
        pass(1_999);
        look(2, false, STANDS);
        assertThat(isAbsent()).isFalse();

        pass(1);

        assertThat(isAbsent()).isTrue();
    }

    @Test
    void whoChecksInAndSaysThatItHasNoneIsNotAbsent() {
        look(1, true, STANDS);
        look(new Sighting.Row(2, null, false), STANDS);
        pass(10_000);
        look(new Sighting.Row(2, null, false), STANDS);

        assertThat(isAbsent()).isFalse();
    }

    /** A node that starts beside a dead one, or after a restart of the database. */
    @Test
    void whosePresenceWasNeverSeenIsNotAbsent() {
        look(1, false, STANDS);
        pass(10_000);
        look(1, false, STANDS);

        assertThat(isAbsent()).isFalse();
    }

    /** The database was restarted: its presence went with everybody's, this node's among them. */
    @Test
    void whatWasSeenBeforeThisNodesOwnPresenceEndedProvesNothing() {
        look(1, true, STANDS);
        pass(500);
        look(1, false, STANDS_ANEW);
        pass(10_000);
        look(1, false, STANDS);

        assertThat(isAbsent()).isFalse();
    }

    @Test
    void whatIsSeenWithoutAPresenceOfOnesOwnProvesNothing() {
        look(1, true, FALLEN);
        look(1, false, STANDS);
        pass(10_000);
        look(1, false, STANDS);
        assertThat(isAbsent()).isFalse();

        look(2, true, STANDS);
        look(2, false, FALLEN);
        pass(10_000);
        look(2, false, STANDS);
        assertThat(isAbsent()).isFalse();
    }

    private boolean isAbsent() {
        Sighting last = seen;
        return last != null && last.isAbsentFor(PATIENCE, now);
    }

    private void look(long checkIn, boolean isPresent, Sighting.Witness witness) {
        look(new Sighting.Row(checkIn, KEY, isPresent), witness);
    }

    private void look(Sighting.Row row, Sighting.Witness witness) {
        Sighting before = seen;
        seen = before == null ? Sighting.first(row, witness, now) : before.then(row, witness, now);
    }

    private void pass(long ms) {
        now += ms * 1_000_000;
    }
}
