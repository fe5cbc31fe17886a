package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeldTest {
    private final Held held = new Held(Map.of("work", new Capacity(8, 4_000), "callback", new Capacity(2, 1_000)));

    @Test
    void aGroupHoldsThreeQuartersOfTheSlotsAndOfTheBytes() {
        Held.Room room = held.room("work", "q1");

        assertThat(room.count()).isEqualTo(6);
        assertThat(room.bytes()).isEqualTo(3_000);
    }

    @Test
    void whatIsHeldTakesRoomUntilItEnds() {
        ClaimedOneShot heavy = firing("q1", 1, 2_500);
        held.claimed(List.of(heavy, heavy));

        assertThat(held.room("work", "q1").bytes()).isEqualTo(500);
        assertThat(held.room("work", "q2").bytes()).isEqualTo(1_500);
        assertThat(held.roomOfKind("callback").bytes()).isEqualTo(1_000);
        held.gone(heavy);
        held.gone(heavy);
        assertThat(held.room("work", "q1").bytes()).isEqualTo(3_000);
        assertThat(held.room("work", "q1").count()).isEqualTo(6);
    }

    @Test
    void whatGoesGivesItsOwnBytesBackAndNobodyElses() {
        ClaimedOneShot one = firing("q1", 1, 1_200);
        held.claimed(List.of(one, firing("q1", 2, 700)));

        held.gone(one);

        assertThat(held.room("work", "q1").bytes()).isEqualTo(2_300);
        assertThat(held.room("work", "q1").count()).isEqualTo(5);
        assertThat(held.roomOfKind("work").bytes()).isEqualTo(3_300);
    }

    @Test
    void whatHasBegunIsNotTakenForLost() {
        ClaimedOneShot begun = firing("q1", 1, 0);
        ClaimedOneShot lost = firing("q1", 2, 0);
        held.claimed(List.of(begun, lost));
        assertThat(held.begin(begun)).isTrue();

        assertThat(held.returningUnbegun(List.of(begun, lost), Return.AT_ONCE)).containsExactly(lost);

        assertThat(held.begun()).isEqualTo(1);
        assertThat(held.begin(lost)).isFalse();
        assertThat(held.returning()).containsOnlyKeys(Return.AT_ONCE);
        assertThat(held.returning().get(Return.AT_ONCE)).containsExactly(lost);
    }

    /** What has begun by then goes on; the rest is given back. */
    @Test
    void nothingBeginsOnceTheNodeStops() {
        ClaimedOneShot begun = firing("q1", 1, 0);
        ClaimedOneShot claimed = firing("q1", 2, 0);
        held.claimed(List.of(begun, claimed));
        assertThat(held.begin(begun)).isTrue();

        held.close();

        assertThat(held.begin(claimed)).isFalse();
        assertThat(held.notBegun()).containsExactly(claimed);
        assertThat(held.begun()).isEqualTo(1);
    }

    @Test
    void whatWeighsLittleIsHeldBackByNoBytes() {
        held.claimed(List.of(firing("q1", 1, 3_000)));
        held.claimed(List.of(firing("q2", 2, 1_000)));

        assertThat(held.room("work", "q1").count()).isEqualTo(5);
        assertThat(held.room("work", "q1").fits(1)).isFalse();
        assertThat(held.room("work", "q3").fits(1)).isFalse();
    }

    @Test
    void whatWeighsMoreThanThereIsFiresWhenItIsAlone() {
        assertThat(held.room("work", "q1").fits(1_000_000)).isTrue();
        held.claimed(List.of(firing("q2", 1, 0)));
        assertThat(held.room("work", "q1").fits(1_000_000)).isTrue();
        held.claimed(List.of(firing("q2", 2, 1)));
        assertThat(held.room("work", "q1").fits(1_000_000)).isFalse();
    }

    @Test
    void forTheNextOneItsWeightIsKeptOrAllThatThereIsUnlessItsOwnGroupIsInItsWay() {
        assertThat(held.toKeep("work", "q1", 3_000)).isEqualTo(3_000);
        assertThat(held.toKeep("work", "q1", 3_001)).isEqualTo(4_000);
        held.claimed(List.of(firing("q1", 1, 1_000)));
        assertThat(held.toKeep("work", "q1", 2_000)).isEqualTo(2_000);
        assertThat(held.toKeep("work", "q1", 2_001)).isZero();
        assertThat(held.toKeep("work", "q2", 5_000)).isEqualTo(4_000);
    }

    @Test
    void whatWeighsJustWhatThereIsRoomForFits() {
        held.claimed(List.of(firing("q1", 1, 1)));

        assertThat(held.room("work", "q2").fits(3_000)).isTrue();
        assertThat(held.room("work", "q2").fits(3_001)).isFalse();
        assertThat(held.roomOfKind("work").count()).isEqualTo(7);
        assertThat(held.roomOfKind("other").count()).isZero();
    }

    @Test
    void whatIsToWaitAgainHasNotBegunAnyMoreAndIsOwedUntilItWaits() {
        ClaimedOneShot begun = firing("q1", 1, 0);
        ClaimedOneShot claimed = firing("q1", 2, 0);
        held.claimed(List.of(begun, claimed));
        held.begin(begun);
        assertThat(held.owesAny()).isFalse();
        assertThat(held.notBegun()).containsExactly(claimed);

        held.returning(List.of(begun), Return.AT_ONCE);

        assertThat(held.begun()).isZero();
        assertThat(held.owesAny()).isTrue();
        assertThat(held.returning()).containsExactly(Map.entry(Return.AT_ONCE, List.of(begun)));
        assertThat(held.begin(begun)).isFalse();
        held.gone(begun);
        assertThat(held.owesAny()).isFalse();
        assertThat(held.begun()).isZero();
    }

    @Test
    void whatIsStoredAndNotHeldIsUnknown() {
        ClaimedOneShot known = firing("q1", 1, 0);
        ClaimedOneShot unknown = firing("q1", 2, 0);
        held.claimed(List.of(known));

        assertThat(held.unknownAmong(List.of(known, unknown))).containsExactly(unknown);
    }

    @Test
    void afterTheEndNothingBegins() {
        ClaimedOneShot firing = firing("q1", 1, 0);
        held.claimed(List.of(firing));
        held.close();

        assertThat(held.begin(firing)).isFalse();
        assertThat(held.begun()).isZero();
    }

    @Test
    void whatHasBegunIsWaitedForAsLongAsIsAllowed() throws InterruptedException {
        ClaimedOneShot firing = firing("q1", 1, 0);
        held.claimed(List.of(firing));
        assertThat(held.awaitNoneBegun(Duration.ZERO)).isTrue();
        held.begin(firing);
        assertThat(held.awaitNoneBegun(Duration.ofMillis(1))).isFalse();

        Thread waiter = Thread.currentThread();
        Thread ender = new Thread(() -> {
            await().until(() -> waiter.getState() == Thread.State.TIMED_WAITING);
            held.gone(firing);
        });
        ender.start();
        assertThat(held.awaitNoneBegun(Duration.ofDays(1))).isTrue();
        ender.join();
    }

    private static ClaimedOneShot firing(String group, int place, int weight) {
        OneShotKey key = new OneShotKey(group, "j" + place);
        return new ClaimedOneShot(key, "work", "c", place, 2, Instant.EPOCH, Instant.EPOCH, weight);
    }
}
