package dev.posthaste.egress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FairTurnsTest {
    private final FairTurns<String> turns = new FairTurns<>(4, 3);

    @Test
    void ownersTakeTurns() {
        turns.add(1, "a1");
        turns.add(1, "a2");
        turns.add(2, "b1");

        assertThat(turns.next()).isEqualTo("a1");
        assertThat(turns.next()).isEqualTo("b1");
        assertThat(turns.next()).isEqualTo("a2");
        assertThat(turns.next()).isNull();
    }

    @Test
    void anOwnerHasNoMoreThanItsShareAndAllTogetherNoMoreThanThereIs() {
        for (int i = 0; i < 5; i++) {
            turns.add(1, "a" + i);
        }
        assertThat(turns.next()).isEqualTo("a0");
        assertThat(turns.next()).isEqualTo("a1");
        assertThat(turns.next()).isEqualTo("a2");
        assertThat(turns.next()).as("a fourth of the same owner").isNull();
        turns.add(2, "b0");
        turns.add(3, "c0");
        assertThat(turns.next()).isEqualTo("b0");
        assertThat(turns.next()).as("a fifth of all").isNull();

        turns.ended(1);
        assertThat(turns.next()).isEqualTo("a3");
        turns.ended(2);
        assertThat(turns.next()).isEqualTo("c0");
    }

    @Test
    void whatOfAnOwnerHasEndedMakesRoomForItsNextAndNoMore() {
        for (int i = 0; i < 6; i++) {
            turns.add(1, "a" + i);
        }
        for (int i = 0; i < 3; i++) {
            turns.next();
        }
        assertThat(turns.waiting()).isEqualTo(3);

        turns.ended(1);

        assertThat(turns.next()).isEqualTo("a3");
        assertThat(turns.next()).isNull();
        assertThat(turns.waiting()).isEqualTo(2);
    }

    @Test
    void whoGoesAwayLosesItsTurn() {
        turns.add(1, "a1");
        turns.remove(1, "a1");

        assertThat(turns.next()).isNull();
        assertThat(turns.waiting()).isZero();
    }
}
