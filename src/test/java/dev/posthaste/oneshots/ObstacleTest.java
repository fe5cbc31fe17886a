package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.oneshots.WaitingGroups.Obstacle;
import dev.posthaste.oneshots.WaitingGroups.Waiting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What keeps a group from a turn, as an operator is told. */
class ObstacleTest {
    private static final String KIND = "work";
    private static final long NOW = 1_000;

    private final Held held = new Held(Map.of(KIND, new Capacity(4, 100)));
    private final WaitingGroups waiting = new WaitingGroups();
    private final KeptRoom rooms = new KeptRoom(held);

    @Test
    void nothingKeepsOneThatIsDueAndFits() {
        waits(NOW, 10);

        assertThat(waiting.obstacle("q1", NOW, rooms)).isNull();
    }

    @Test
    void noneWaits() {
        assertThat(waiting.obstacle("q1", NOW, rooms)).isEqualTo(new Obstacle("none", "none waits"));
    }

    @Test
    void theFirstIsNotDueYet() {
        waits(NOW + 1, 0);

        assertThat(waiting.obstacle("q1", NOW, rooms))
                .isEqualTo(new Obstacle("early", "wait, the first is due at 1970-01-01T00:00:01.001Z"));
    }

    @Test
    void itsGateIsPausedWhateverWaits() {
        waiting.passOver(Set.of("q1"));
        assertThat(waiting.obstacle("q1", NOW, rooms))
                .isEqualTo(new Obstacle("paused", "passed over, its gate is paused"));

        waits(NOW, 0);
        assertThat(waiting.obstacle("q1", NOW, rooms))
                .isEqualTo(new Obstacle("paused", "passed over, its gate is paused"));
    }

    @Test
    void aMomentThatItIsPassedOverForIsToldByWhoKnowsWhy() {
        waits(NOW, 0);
        waiting.block("q1", NOW, 100);

        assertThat(waiting.obstacle("q1", NOW, rooms)).isNull();
    }

    @Test
    void thereIsNoSlot() {
        waits(NOW, 0);
        held.claimed(List.of(shot(1, 0), shot(2, 0), shot(3, 0)));

        assertThat(waiting.obstacle("q1", NOW, rooms))
                .isEqualTo(new Obstacle("slots", "passed over, no slot of this node is free for them"));
    }

    @Test
    void thereIsNoRoomForWhatTheFirstWeighs() {
        waits(NOW, 60);
        held.claimed(List.of(shot(1, 40)));

        assertThat(waiting.obstacle("q1", NOW, rooms))
                .isEqualTo(new Obstacle("bytes", "passed over, the first weighs 60 bytes and there is room for 35"));
    }

    private void waits(long notBefore, int weight) {
        waiting.add(List.of(new Waiting("q1", KIND, 5, notBefore, weight)));
    }

    private static ClaimedOneShot shot(int place, int weight) {
        return new ClaimedOneShot(
                new OneShotKey("q1", "j" + place), KIND, "c", place, 3, Instant.EPOCH, Instant.EPOCH, weight);
    }
}
