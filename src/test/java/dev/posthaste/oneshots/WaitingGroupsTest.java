package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.oneshots.FairShares.Portion;
import dev.posthaste.oneshots.WaitingGroups.Turn;
import dev.posthaste.oneshots.WaitingGroups.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Turns, room that is kept, and shares, each rule by itself; {@link FairnessTest} plays them together. */
class WaitingGroupsTest {
    private static final String KIND = "work";
    private static final long NOW = 1_000;

    private final Held held = new Held(Map.of(KIND, new Capacity(8, 4_000), "callback", new Capacity(4, 1_000)));
    private final KeptRoom rooms = new KeptRoom(held);
    private final WaitingGroups waiting = new WaitingGroups();

    @Test
    void aGroupThatIsPassedOverAgainAndAgainIsPassedOverForLongerUpTo800Milliseconds() {
        add("a", 0);
        for (long pause : new long[] {10, 20, 40, 80, 160, 320, 640, 800, 800}) {
            waiting.block("a", NOW, 0);
            assertThat(waiting.next(NOW, rooms)).isEqualTo(NOW + pause);
            assertThat(waiting.takeDue(NOW + pause - 1, 64, rooms)).isEmpty();
        }
        assertThat(waiting.takeDue(NOW + 800, 64, rooms)).hasSize(1);
    }

    @Test
    void aTimeThatIsKnownIsTakenUpTo800MillisecondsAndEndsTheGuessing() {
        add("a", 0);
        waiting.block("a", NOW, 0);
        waiting.block("a", NOW, 0);
        waiting.block("a", NOW, 300);
        assertThat(waiting.next(NOW, rooms)).isEqualTo(NOW + 300);
        waiting.block("a", NOW, 5_000);
        assertThat(waiting.next(NOW, rooms)).isEqualTo(NOW + 800);

        waiting.block("a", NOW, 0);

        assertThat(waiting.next(NOW, rooms)).isEqualTo(NOW + 10);
    }

    @Test
    void aGroupIsPassedOverUntilItIsToldOtherwise() {
        add("a", 0);
        assertThat(waiting.unblock("a")).isFalse();
        waiting.block("a", NOW, 500);
        assertThat(waiting.takeDue(NOW, 64, rooms)).isEmpty();

        assertThat(waiting.unblock("a")).isTrue();

        assertThat(waiting.takeDue(NOW, 64, rooms)).hasSize(1);
    }

    @Test
    void aPausedGroupHasNoTurn() {
        add("a", 0);
        waiting.passOver(Set.of("a"));
        assertThat(waiting.next(NOW, rooms)).isEqualTo(Long.MAX_VALUE);
        assertThat(waiting.takeDue(NOW, 64, rooms)).isEmpty();

        waiting.passOver(Set.of());

        assertThat(waiting.next(NOW, rooms)).isEqualTo(NOW);
    }

    @Test
    void theNextLookIsAtTheEarliestInstant() {
        assertThat(waiting.next(NOW, rooms)).isEqualTo(Long.MAX_VALUE);
        add("a", NOW + 500);
        add("b", NOW + 300);
        add("b", NOW + 400);
        assertThat(waiting.next(NOW, rooms)).isEqualTo(NOW + 300);
        add("b", NOW + 200);
        assertThat(waiting.next(NOW, rooms)).isEqualTo(NOW + 200);
        assertThat(waiting.next(NOW + 200, rooms)).isEqualTo(NOW + 200);
        assertThat(waiting.next(NOW + 250, rooms)).isEqualTo(NOW + 250);
    }

    @Test
    void aTurnHasThePrioritiesThatAreDueTheHighestFirstAndOthersStay() {
        waiting.add(List.of(
                new Waiting("a", KIND, 3, 0, 30),
                new Waiting("a", KIND, 9, 0, 90),
                new Waiting("a", KIND, 7, NOW + 50, 70),
                new Waiting("a", KIND, 5, NOW, 0)));

        assertThat(waiting.takeDue(NOW, 64, rooms)).containsExactly(new Turn("a", KIND, List.of(9, 5, 3), 90));
        assertThat(waiting.next(NOW, rooms)).isEqualTo(NOW + 50);
        assertThat(waiting.takeDue(NOW + 50, 64, rooms)).containsExactly(new Turn("a", KIND, List.of(7), 70));
        assertThat(waiting.next(NOW, rooms)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void thereAreNoMoreTurnsThanAreAskedFor() {
        add("a", 0);
        add("b", 0);
        add("c", 0);

        assertThat(waiting.takeDue(NOW, 2, rooms)).hasSize(2);
        assertThat(waiting.takeDue(NOW, 2, rooms)).hasSize(1);
    }

    /** Else it would make up for all the time in which it had nothing. */
    @Test
    void whoBeginsToWaitJoinsThoseThatAreBeingServed() {
        add("old", 0);
        waiting.takeDue(NOW, 64, rooms);
        waiting.served(Map.of("old", 100));
        add("old", 0);
        waiting.takeDue(NOW, 64, rooms);
        add("old", 0);
        add("new", 0);
        waiting.served(Map.of("new", 1));

        assertThat(waiting.takeDue(NOW, 64, rooms)).extracting(Turn::group).containsExactly("old", "new");
    }

    @Test
    void whoComesBackJoinsThoseThatAreBeingServedToo() {
        serve("back", 1);
        serve("old", 100);
        add("old", 0);
        waiting.takeDue(NOW, 64, rooms);
        add("old", 0);
        add("back", 0);
        waiting.served(Map.of("back", 1));

        assertThat(waiting.takeDue(NOW, 64, rooms)).extracting(Turn::group).containsExactly("old", "back");
    }

    @Test
    void whoWasServedMoreThanTheOthersIsBehindThemWhenItComesBack() {
        serve("back", 500);
        serve("old", 100);
        add("back", 0);
        add("old", 0);

        assertThat(waiting.takeDue(NOW, 64, rooms)).extracting(Turn::group).containsExactly("old", "back");
    }

    @Test
    void whoHasWaitedAllTheWhileIsNotMovedUpByWhatIsAnnounced() {
        add("waits", NOW + 1);
        serve("old", 100);
        add("old", 0);
        waiting.takeDue(NOW, 64, rooms);
        add("old", 0);
        add("waits", 0);
        waiting.served(Map.of("waits", 50));

        assertThat(waiting.takeDue(NOW, 64, rooms)).extracting(Turn::group).containsExactly("waits", "old");
    }

    @Test
    void soManyGroupsAreRememberedThatHaveNothingLight() {
        hold("other", 1, 2_500);
        waiting.add(List.of(new Waiting("a", KIND, 5, 0, 2_000)));
        waiting.nothingLight("a", NOW);
        for (int i = 0; i < 10_000; i++) {
            waiting.nothingLight("g" + i, NOW);
        }
        assertThat(waiting.next(NOW, rooms)).isEqualTo(NOW + 100);

        waiting.nothingLight("one more", NOW);

        assertThat(waiting.next(NOW, rooms)).isEqualTo(NOW);
    }

    @Test
    void itsLightOnesCostAGroupNoPlaceInTheLineAndItsHeavyOneDoes() {
        hold("other", 1, 2_500);
        lookAt(turn("a", 2_000), turn("b", 2_000));
        rooms.taken(firing("a", 2, 0));
        lookAt(turn("a", 2_000), turn("b", 2_000));
        assertThat(rooms.isFor(turn("a", 2_000))).isTrue();

        rooms.taken(firing("a", 3, 2_000));
        lookAt(turn("a", 2_000), turn("b", 2_000));

        assertThat(rooms.isFor(turn("b", 2_000))).isTrue();
    }

    @Test
    void whoWaitsKeepsItsCountWhateverIsServedMeanwhile() {
        add("a", 0);
        add("b", 0);
        waiting.served(Map.of("a", 5, "b", 9));
        waiting.takeDue(NOW, 1, rooms);
        add("a", 0);
        waiting.served(Map.of("a", 2));

        add("b", 0);
        assertThat(waiting.takeDue(NOW, 64, rooms)).extracting(Turn::group).containsExactly("a", "b");
    }

    @Test
    void behindAHeavyOneThatDoesNotFitLightOnesAreLookedForEveryTenthOfASecond() {
        hold("other", 1, 2_500);
        waiting.add(List.of(new Waiting("a", KIND, 5, 0, 2_000)));
        assertThat(waiting.next(NOW, rooms)).isEqualTo(NOW);

        waiting.nothingLight("a", NOW);

        assertThat(waiting.next(NOW, rooms)).isEqualTo(NOW + 100);
        assertThat(waiting.takeDue(NOW + 99, 64, rooms)).isEmpty();
        waiting.hasNew("a");
        assertThat(waiting.next(NOW, rooms)).isEqualTo(NOW);
        waiting.nothingLight("a", NOW);
        assertThat(waiting.takeDue(NOW + 100, 64, rooms)).hasSize(1);
    }

    @Test
    void withoutASlotThereIsNoTurn() {
        for (int i = 0; i < 6; i++) {
            hold("a", i, 0);
        }
        add("a", 0);
        assertThat(waiting.next(NOW, rooms)).isEqualTo(Long.MAX_VALUE);
        assertThat(waiting.takeDue(NOW, 64, rooms)).isEmpty();
    }

    @Test
    void roomIsKeptAsSoonAsAnybodyLooks() {
        hold("other", 1, 2_500);
        waiting.add(List.of(new Waiting("a", KIND, 5, 0, 2_000)));
        waiting.next(NOW, rooms);
        assertThat(rooms.isFor(turn("a", 2_000))).isTrue();

        KeptRoom others = new KeptRoom(held);
        waiting.takeDue(NOW, 64, others);
        assertThat(others.isFor(turn("a", 2_000))).isTrue();
    }

    @Test
    void forTheFirstThatDoesNotFitRoomIsKeptUntilItHasGone() {
        ClaimedOneShot inItsWay = hold("other", 1, 2_500);
        Turn heavy = turn("a", 2_000);
        lookAt(heavy);

        assertThat(rooms.isFor(heavy)).isTrue();
        assertThat(rooms.isReady(heavy)).isFalse();
        assertThat(rooms.room(heavy).count()).as("one of its slots is kept too").isEqualTo(5);
        assertThat(rooms.room(turn("b", 0))).isEqualTo(new Held.Room(6, 0, false));

        held.gone(inItsWay);
        assertThat(rooms.isReady(heavy)).isTrue();
        assertThat(rooms.isReady(turn("b", 0))).isFalse();
        assertThat(rooms.room(heavy).count()).isEqualTo(6);
        assertThat(rooms.roomOfOthers(KIND)).isEqualTo(new Held.Room(8, 2_000, false));

        rooms.taken(firing("a", 7, 0));
        rooms.taken(firing("b", 8, 10));
        assertThat(rooms.isFor(heavy)).isTrue();
        rooms.taken(firing("a", 9, 2_000));
        assertThat(rooms.isFor(heavy)).isFalse();
        assertThat(rooms.roomOfOthers(KIND)).isEqualTo(new Held.Room(8, 4_000, true));
    }

    @Test
    void whatFitsOrWeighsNothingOrIsInItsOwnWayIsNotWaitedFor() {
        hold("own", 1, 2_500);
        lookAt(turn("fits", 1_000), turn("light", 0), turn("own", 1_000));

        assertThat(rooms.isFor(turn("fits", 1_000))).isFalse();
        assertThat(rooms.isFor(turn("light", 0))).isFalse();
        assertThat(rooms.isFor(turn("own", 1_000))).isFalse();
        assertThat(rooms.roomOfOthers(KIND).bytes()).isEqualTo(1_500);
    }

    @Test
    void whoCameFirstStaysFirstInTheLineAndWhoHasNoSlotIsPassedOver() {
        hold("other", 1, 2_500);
        lookAt(turn("b", 2_000));
        lookAt(turn("a", 2_000), turn("b", 2_000));
        assertThat(rooms.isFor(turn("b", 2_000))).isTrue();

        for (int i = 10; i < 16; i++) {
            hold("b", i, 0);
        }
        lookAt(turn("a", 2_000), turn("b", 2_000));
        assertThat(rooms.isFor(turn("a", 2_000))).isTrue();

        lookAt(turn("c", 0));
        assertThat(rooms.isFor(turn("a", 2_000))).as("it is not due any more").isFalse();
    }

    @Test
    void ofThoseThatJoinTheLineTogetherTheLeastServedIsFirst() {
        hold("other", 1, 2_500);
        lookAt(turn("b", 2_000), turn("a", 2_000));

        assertThat(rooms.isFor(turn("a", 2_000))).isTrue();
    }

    @Test
    void whoeverWasShortOfRoomIsRememberedUntilItIsAsked() {
        assertThat(rooms.wasShort()).isFalse();
        rooms.room(turn("a", 10));
        assertThat(rooms.wasShort()).isFalse();
        hold("other", 1, 3_995);

        rooms.room(turn("a", 10));

        assertThat(rooms.wasShort()).isTrue();
        assertThat(rooms.wasShort()).isFalse();
    }

    @Test
    void sharesAreEqualAndWhatOneCannotUseGoesToThoseBehindIt() {
        assertThat(shares(8, turn("a", 0), turn("b", 0), turn("c", 0)))
                .extracting(Portion::count)
                .containsExactly(3, 3, 2);
        assertThat(shares(2, turn("a", 0), turn("b", 0), turn("c", 0)))
                .extracting(Portion::count)
                .containsExactly(1, 1, 0);
        assertThat(shares(8, turn("gated", 0), turn("b", 0), turn("c", 0)))
                .extracting(Portion::count)
                .containsExactly(1, 4, 3);
    }

    @Test
    void kindsHaveRoomOfTheirOwnWithinWhatIsTakenAtOnce() {
        Turn callback = new Turn("c", "callback", List.of(5), 0);

        assertThat(shares(8, turn("a", 0), callback)).extracting(Portion::count).containsExactly(6, 2);
        assertThat(shares(20, turn("a", 0), callback))
                .extracting(Portion::count)
                .containsExactly(6, 3);
    }

    @Test
    void aQuarterOfTheBytesIsSharedAtATimeAndNoMoreAreTakenThanLikelyFit() {
        assertThat(shares(8, turn("a", 200), turn("b", 200))).containsExactly(new Portion(2, 500), new Portion(4, 875));
    }

    @Test
    void theFirstOneHasItsWeightHoweverLittleAShareIs() {
        assertThat(shares(8, turn("a", 1_500))).containsExactly(new Portion(1, 1_500));
    }

    @Test
    void oneThatWeighsMoreThanThereIsGoesAloneOfThoseThatWeighAnything() {
        assertThat(shares(8, turn("light", 0), turn("a", 5_000), turn("b", 5_000)))
                .extracting(Portion::bytes)
                .containsExactly(333L, 5_000L, 0L);
    }

    @Test
    void whatIsKeptForOneIsNotTakenFromTheOthersTwice() {
        ClaimedOneShot inItsWay = hold("other", 1, 2_500);
        lookAt(turn("a", 2_000));
        held.gone(inItsWay);

        assertThat(shares(8, turn("a", 2_000), turn("b", 100)))
                .containsExactly(new Portion(1, 2_000), new Portion(5, 500));
    }

    private List<Portion> shares(int max, Turn... turns) {
        Map<String, Portion> portions =
                new FairShares(rooms).of(List.of(turns), max, group -> group.equals("gated") ? 1 : Long.MAX_VALUE);
        return List.of(turns).stream()
                .map(turn -> portions.getOrDefault(turn.group(), Portion.NOTHING))
                .toList();
    }

    /** Has it served, and wait no more. */
    private void serve(String group, int count) {
        add(group, 0);
        waiting.takeDue(NOW, 64, rooms);
        waiting.served(Map.of(group, count));
    }

    private void add(String group, long notBefore) {
        waiting.add(List.of(new Waiting(group, KIND, 5, notBefore, 0)));
    }

    private void lookAt(Turn... due) {
        rooms.lookAt(List.of(due), (one, other) -> one.group().compareTo(other.group()));
    }

    private static Turn turn(String group, int weight) {
        return new Turn(group, KIND, List.of(5), weight);
    }

    private ClaimedOneShot hold(String group, int place, int weight) {
        ClaimedOneShot firing = firing(group, place, weight);
        held.claimed(List.of(firing));
        return firing;
    }

    private static ClaimedOneShot firing(String group, int place, int weight) {
        return new ClaimedOneShot(
                new OneShotKey(group, "j" + place), KIND, group, place, 1, Instant.EPOCH, Instant.EPOCH, weight);
    }
}
