package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.posthaste.oneshots.Backlog.Claimed;
import dev.posthaste.oneshots.Backlog.Claims;
import dev.posthaste.oneshots.Backlog.Share;
import dev.posthaste.oneshots.WaitingGroups.Waiting;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is claimed next, and when it is looked for again: turns, gates and what waits are handed in. */
class DispatcherTest {
    private static final String KIND = "work";
    private static final long NOW = 1_000_000;
    private static final long SOON = NOW + 10;
    private static final long LATEST = NOW + 20;

    private final Held held = new Held(Map.of(KIND, new Capacity(8, 4_000)));
    private final TracedLines told = new TracedLines("a");
    private final Dispatcher dispatcher = new Dispatcher("node", held, told.trace());
    private final GivenBacklog backlog = new GivenBacklog();
    private int places;

    @Test
    void nothingIsAskedForBeforeItIsDue() throws SQLException {
        announce("a", LATEST + 1, 0);

        assertThat(claim(8)).isEmpty();

        assertThat(backlog.asked).isEmpty();
        assertThat(backlog.lockedFor).isEmpty();
        assertThat(dispatcher.next(SOON)).isEqualTo(LATEST + 1);
    }

    @Test
    void everyPriorityOfAGroupIsAskedForTheSameShare() throws SQLException {
        dispatcher.announce(List.of(shot("a", 9, NOW, 0), shot("a", 5, LATEST, 0), shot("b", 5, NOW, 0)));

        claim(8);

        assertThat(backlog.asked)
                .extracting(Share::group, Share::priority, Share::max, Share::behind)
                .containsExactlyInAnyOrder(tuple("a", 9, 4, 0), tuple("a", 5, 4, 0), tuple("b", 5, 4, 0));
        assertThat(backlog.latest).isEqualTo(LATEST);
    }

    @Test
    void whatWasTakenIsReturnedInItsOrderAndCountsForTheNextTurns() throws SQLException {
        announce("a", NOW, 0);
        announce("b", NOW, 0);
        List<ClaimedOneShot> first = List.of(firing("a", 0), firing("b", 0), firing("a", 0));
        backlog.gives(first, List.of());

        assertThat(claim(2)).containsExactlyElementsOf(first);

        announce("a", NOW, 0);
        announce("b", NOW, 0);
        claim(1);
        assertThat(backlog.asked).extracting(Share::group).containsExactly("b");
    }

    @Test
    void aGroupThatGaveItsShareHasATurnAgainAtOnce() throws SQLException {
        announce("a", NOW, 0);
        backlog.gives(List.of(firing("a", 0)), List.of());

        claim(1);

        assertThat(dispatcher.next(SOON)).isEqualTo(SOON);
        claim(1);
        assertThat(backlog.asked).extracting(Share::priority).containsExactly(5);
    }

    @Test
    void aGroupThatGaveLessThanItsShareIsLookedAtWhenItsNextIsDue() throws SQLException {
        announce("a", NOW, 0);
        backlog.gives(List.of(firing("a", 0)), List.of(new Waiting("a", KIND, 5, NOW + 5_000, 0)));

        claim(2);

        assertThat(dispatcher.next(SOON)).isEqualTo(NOW + 5_000);
    }

    @Test
    void aGroupOfWhichNothingIsLeftWaitsForWhatComes() throws SQLException {
        announce("a", NOW, 0);

        claim(2);

        assertThat(dispatcher.next(SOON)).isEqualTo(Long.MAX_VALUE);
        announce("a", NOW, 0);
        assertThat(dispatcher.next(SOON)).isEqualTo(SOON);
    }

    /** Another node is claiming it, or has its gate. */
    @Test
    void whatIsDueAndWasNotGivenIsPassedOverForAMomentUntilSomethingComes() throws SQLException {
        announce("a", NOW, 0);
        backlog.gives(List.of(), List.of(new Waiting("a", KIND, 5, SOON, 0)));

        claim(2);

        assertThat(dispatcher.next(SOON)).isEqualTo(SOON + 10);
        assertThat(told.lines())
                .singleElement()
                .asString()
                .endsWith("passed over, another node is claiming of them or has their gate");
        announce("a", NOW, 0);
        assertThat(dispatcher.next(SOON)).isEqualTo(SOON);
    }

    @Test
    void whatIsDueAMillisecondLaterIsNotPassedOver() throws SQLException {
        announce("a", NOW, 0);
        backlog.gives(List.of(), List.of(new Waiting("a", KIND, 5, SOON + 1, 0)));

        claim(2);

        assertThat(dispatcher.next(SOON)).isEqualTo(SOON + 1);
        assertThat(told.lines()).isEmpty();
    }

    @Test
    void nothingIsToldOfAGroupThatNobodyFollows() throws SQLException {
        announce("b", NOW, 0);
        backlog.gives(List.of(), List.of(new Waiting("b", KIND, 5, NOW, 0)));
        backlog.gates.add(gate("b", false, 0, 0));

        claim(2);

        assertThat(told.lines()).isEmpty();
    }

    @Test
    void behindAHeavyOneThatDoesNotFitLightOnesAreLookedForAndItStaysTheFirst() throws SQLException {
        hold(firing("other", 2_500));
        announce("a", NOW, 2_000);
        assertThat(dispatcher.next(SOON)).isEqualTo(SOON);
        backlog.gives(List.of(firing("a", 0)), List.of(new Waiting("a", KIND, 5, NOW, 2_000)));

        claim(8);

        assertThat(backlog.asked).extracting(Share::bytes, Share::behind).containsExactly(tuple(0L, 64));
        assertThat(dispatcher.next(SOON)).as("asked again for light ones").isEqualTo(SOON + 100);
        announce("a", NOW, 0);
        assertThat(dispatcher.next(SOON)).isEqualTo(SOON);
    }

    /** An equal first of the same instant would take its place else, and with it what it is known to weigh. */
    @Test
    void aHeavyOneThatWasPassedOverIsRememberedWhateverComes() throws SQLException {
        hold(firing("other", 2_500));
        announce("a", NOW, 2_000);
        backlog.gives(
                List.of(firing("a", 0), firing("a", 0), firing("a", 0), firing("a", 0), firing("a", 0)), List.of());
        claim(8);
        announce("a", NOW - 5, 0);
        backlog.asked.clear();

        claim(8);

        assertThat(backlog.asked).extracting(Share::behind).containsExactly(64);
    }

    @Test
    void aHeavyOneThatFitsIsAskedForWithItsWeight() throws SQLException {
        announce("a", NOW, 2_000);

        claim(8);

        assertThat(backlog.asked)
                .extracting(Share::max, Share::bytes, Share::behind)
                .containsExactly(tuple(1, 2_000L, 0));
    }

    /** What weighs too much for what was left is no other node's. */
    @Test
    void aGroupWhoseNextWeighsTooMuchIsNotTakenForOneThatOthersClaim() throws SQLException {
        announce("a", NOW, 100);
        backlog.gives(List.of(firing("a", 100)), List.of(new Waiting("a", KIND, 5, NOW, 900)));

        claim(8);

        assertThat(dispatcher.next(SOON)).isEqualTo(SOON);
        assertThat(told.lines()).isEmpty();
    }

    @Test
    void aGroupThatGaveNothingThoughItsNextWouldFitIsBeingClaimedByOthers() throws SQLException {
        announce("a", NOW, 100);
        backlog.gives(List.of(), List.of(new Waiting("a", KIND, 5, NOW, 1_000)));

        claim(8);

        assertThat(dispatcher.next(SOON)).isEqualTo(SOON + 10);
    }

    @Test
    void oneThatTurnsOutToWeighMoreThanItsShareHasNothingLightBehindIt() throws SQLException {
        hold(firing("other", 2_500));
        announce("a", NOW, 0);
        backlog.gives(List.of(), List.of(new Waiting("a", KIND, 5, NOW, 2_000)));

        claim(8);

        assertThat(dispatcher.next(SOON)).isEqualTo(SOON + 100);
    }

    @Test
    void roomThatWasKeptForAHeavyOneIsFreeOnceItIsTaken() throws SQLException {
        ClaimedOneShot inItsWay = firing("other", 2_500);
        hold(inItsWay);
        announce("a", NOW, 2_000);
        dispatcher.next(SOON);
        held.gone(inItsWay);
        ClaimedOneShot heavy = firing("a", 2_000);
        backlog.gives(List.of(heavy), List.of());
        assertThat(claim(8)).containsExactly(heavy);

        announce("b", NOW, 2_500);
        claim(8);

        assertThat(backlog.asked)
                .filteredOn(share -> share.group().equals("b"))
                .extracting(Share::bytes)
                .containsExactly(2_500L);
    }

    @Test
    void gatesAreLockedOfTheGroupsWhoseTurnItIs() throws SQLException {
        announce("a", NOW, 0);
        announce("b", LATEST + 1, 0);
        backlog.gates.add(gate("a", false, 5, 0));

        claim(8);

        assertThat(backlog.lockedFor).containsExactly("a");
        assertThat(backlog.locked).containsExactly("a");
        assertThat(backlog.asked).extracting(Share::max).containsExactly(5);
    }

    @Test
    void whereThereAreNoGatesNoneAreAskedForUntilOneIsSet() throws SQLException {
        backlog.hasGates = false;
        backlog.paused = Set.of("a");
        backlog.stored.add(new Waiting("a", KIND, 5, NOW, 0));
        dispatcher.discover(backlog);

        claim(8);
        assertThat(backlog.asked).hasSize(1);
        assertThat(backlog.lockedFor).isEmpty();

        dispatcher.gateChanged("a");
        announce("a", NOW, 0);
        claim(8);
        assertThat(backlog.lockedFor).containsExactly("a");
    }

    @Test
    void whatOthersHaveStoredIsClaimedUnlessItsGateIsPaused() throws SQLException {
        backlog.stored.add(new Waiting("a", KIND, 5, NOW, 0));
        backlog.stored.add(new Waiting("b", KIND, 5, NOW, 0));
        backlog.paused = Set.of("a");
        dispatcher.discover(backlog);

        claim(8);

        assertThat(backlog.asked).extracting(Share::group).containsExactly("b");
    }

    @Test
    void whatWasTakenIsCountedByTheGatesThatAreLocked() throws SQLException {
        announce("a", NOW, 0);
        announce("b", NOW, 0);
        LockedGate gate = gate("a", false, 5, 0);
        backlog.gates.add(gate);
        backlog.gives(List.of(firing("a", 0), firing("b", 0), firing("a", 0)), List.of());

        claim(8);

        assertThat(backlog.counted).containsExactly(gate);
        assertThat(backlog.let).isEqualTo(Map.of("a", 2, "b", 1));
    }

    @Test
    void aGateThatIsFullIsPassedOverAndToldOf() throws SQLException {
        announce("a", NOW, 0);
        backlog.gates.add(gate("a", false, 0, 0));

        assertThat(claim(8)).isEmpty();

        assertThat(backlog.asked).isEmpty();
        assertThat(dispatcher.next(SOON)).isEqualTo(SOON + 10);
        assertTold("passed over, as many are in flight as its gate lets through at a time");
        assertThat(dispatcher.hasRoomAgain(firing("a", 0))).isTrue();
        assertThat(dispatcher.next(SOON)).isEqualTo(SOON);
    }

    @Test
    void aGateThatHasLetThroughWhatItMayASecondIsPassedOverUntilItsNextToken() throws SQLException {
        announce("a", NOW, 0);
        backlog.gates.add(gate("a", false, 0, 70));

        claim(8);

        assertThat(dispatcher.next(SOON)).isEqualTo(SOON + 70);
        assertTold("passed over, its gate has let through what it may a second, and the next in 70 ms");
    }

    @Test
    void aGateThatIsPausedIsPassedOver() throws SQLException {
        announce("a", NOW, 0);
        backlog.gates.add(gate("a", true, 0, 0));

        claim(8);

        assertThat(dispatcher.next(SOON)).isEqualTo(SOON + 10);
        assertTold("passed over, its gate is paused");
    }

    @Test
    void aGateThatLetsThroughJustWhatIsTakenIsPassedOverToo() throws SQLException {
        announce("a", NOW, 0);
        backlog.gates.add(gate("a", false, 1, 0));
        backlog.gives(List.of(firing("a", 0)), List.of());

        claim(8);

        assertThat(dispatcher.next(SOON)).isEqualTo(SOON + 10);
        assertThat(told.lines()).isEmpty();
    }

    @Test
    void aGateWithMoreRoomThanIsTakenIsNotPassedOver() throws SQLException {
        announce("a", NOW, 0);
        backlog.gates.add(gate("a", false, 2, 0));
        backlog.gives(List.of(firing("a", 0)), List.of());

        claim(1);

        assertThat(dispatcher.next(SOON)).isEqualTo(SOON);
    }

    @Test
    void aGateThatWasChangedHasATurnAgain() throws SQLException {
        announce("a", NOW, 0);
        backlog.gates.add(gate("a", false, 0, 500));
        claim(8);

        dispatcher.gateChanged("a");

        assertThat(dispatcher.next(SOON)).isEqualTo(SOON);
    }

    @Test
    void whoIsStarvedByOthersTakesItsTurnWhenAnyOfThemEnds() throws SQLException {
        announce("a", NOW, 0);
        announce("b", NOW, 0);
        assertThat(dispatcher.hasRoomAgain(firing("a", 0))).isFalse();
        backlog.gives(List.of(firing("a", 0)), List.of());

        claim(1);

        assertThat(dispatcher.hasRoomAgain(firing("other", 0))).isTrue();
        assertThat(dispatcher.hasRoomAgain(firing("other", 0))).isFalse();
    }

    @Test
    void whoIsShortOfRoomTakesItsTurnWhenAnythingEnds() throws SQLException {
        for (int i = 0; i < 6; i++) {
            hold(firing("a", 0));
        }
        announce("a", NOW, 0);
        assertThat(dispatcher.next(SOON)).isEqualTo(Long.MAX_VALUE);

        assertThat(dispatcher.hasRoomAgain(firing("other", 0))).isTrue();
        assertThat(dispatcher.hasRoomAgain(firing("other", 0))).isFalse();
    }

    @Test
    void aFailedClaimPutsItsTurnsBack() {
        announce("a", NOW, 700);
        backlog.failure = new SQLException("a test refuses");

        assertThatThrownBy(() -> claim(8)).isSameAs(backlog.failure);

        assertThat(dispatcher.next(SOON)).isEqualTo(SOON);
        backlog.failure = null;
        assertThat(claimUnchecked()).isEmpty();
        assertThat(backlog.asked).extracting(Share::group, Share::bytes).contains(tuple("a", 1_000L));
    }

    @Test
    void theObstacleOfAFollowedGroupIsTold() {
        announce("a", NOW, 0);
        dispatcher.tellObstacle("a", SOON);
        assertThat(told.lines()).isEmpty();

        dispatcher.tellObstacle("b", SOON);
        assertThat(told.lines()).isEmpty();
        for (int i = 0; i < 6; i++) {
            hold(firing("a", 0));
        }
        dispatcher.tellObstacle("a", SOON);

        assertTold("passed over, no slot of this node is free for them");
    }

    @Test
    void claimsAreNumberedAndSettledOnceTheyAreOver() throws SQLException {
        announce("a", NOW, 0);
        claim(8);
        assertThat(backlog.prefix).isEqualTo("node:1.");
        assertThat(dispatcher.settledClaim()).isZero();
        dispatcher.settled();
        assertThat(dispatcher.settledClaim()).isEqualTo(1);

        announce("a", NOW, 0);
        claim(8);
        assertThat(backlog.prefix).isEqualTo("node:2.");
        assertThat(dispatcher.settledClaim()).isEqualTo(1);
    }

    @Test
    void theNumberIsReadFromTheNameOfAClaimWhateverTheNodeIsCalled() {
        ClaimedOneShot firing = new ClaimedOneShot(
                new OneShotKey("a", "j"), KIND, "host:8.1:712.3", 1, 1, Instant.EPOCH, Instant.EPOCH, 0);

        assertThat(Dispatcher.numberOf(firing)).isEqualTo(712);
    }

    private void assertTold(String sentence) {
        assertThat(told.lines()).singleElement().asString().endsWith(": " + sentence);
    }

    private void announce(String group, long due, int weight) {
        dispatcher.announce(List.of(shot(group, 5, due, weight)));
    }

    private static OneShot shot(String group, int priority, long due, int weight) {
        return new OneShot(new OneShotKey(group, "j"), KIND, Instant.ofEpochMilli(due), priority, weight);
    }

    private List<ClaimedOneShot> claim(int max) throws SQLException {
        return dispatcher.claim(backlog, SOON, LATEST, max);
    }

    private List<ClaimedOneShot> claimUnchecked() {
        try {
            return claim(8);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void hold(ClaimedOneShot firing) {
        held.claimed(List.of(firing));
    }

    private ClaimedOneShot firing(String group, int weight) {
        places++;
        return new ClaimedOneShot(
                new OneShotKey(group, "j" + places), KIND, "c", places, 9, Instant.EPOCH, Instant.EPOCH, weight);
    }

    private static LockedGate gate(String group, boolean paused, long room, long nextTokenMs) {
        return new LockedGate(group, paused, room, 0, 0, nextTokenMs);
    }

    /** Gives what a test says, once, and keeps what it was asked last. */
    private static final class GivenBacklog implements Backlog {
        private final List<Waiting> stored = new ArrayList<>();
        private final List<LockedGate> gates = new ArrayList<>();
        private final List<Share> asked = new ArrayList<>();
        private final List<String> lockedFor = new ArrayList<>();
        private final List<String> locked = new ArrayList<>();
        private final List<LockedGate> counted = new ArrayList<>();
        private Map<String, Integer> let = Map.of();
        private Claims claims = Claims.NOTHING;
        private @Nullable SQLException failure;
        private Set<String> paused = Set.of();
        private boolean hasGates = true;
        private String prefix = "";
        private long latest;

        void gives(List<ClaimedOneShot> taken, List<Waiting> next) {
            claims = new Claims(taken.stream().map(shot -> new Claimed(shot, 5)).toList(), next);
        }

        @Override
        public List<Waiting> waiting() {
            return stored;
        }

        @Override
        public boolean hasGates() {
            return hasGates;
        }

        @Override
        public Set<String> paused() {
            return paused;
        }

        @Override
        public List<LockedGate> lockGates(Collection<String> groups) {
            lockedFor.clear();
            lockedFor.addAll(groups);
            return gates;
        }

        @Override
        public Claims take(String claimPrefix, long by, List<Share> shares, Collection<String> gated)
                throws SQLException {
            prefix = claimPrefix;
            latest = by;
            asked.clear();
            asked.addAll(shares);
            locked.clear();
            locked.addAll(gated);
            if (failure != null) {
                throw failure;
            }
            Claims given = claims;
            claims = Claims.NOTHING;
            return given;
        }

        @Override
        public void letThrough(Collection<LockedGate> ofGates, Map<String, Integer> taken) {
            counted.clear();
            counted.addAll(ofGates);
            let = taken;
        }
    }
}
