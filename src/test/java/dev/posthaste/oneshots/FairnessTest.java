package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.oneshots.FairShares.Portion;
import dev.posthaste.oneshots.WaitingGroups.Turn;
import dev.posthaste.oneshots.WaitingGroups.Waiting;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dispatcher's decisions without a database: who is claimed when slots become free a few at a time. */
class FairnessTest {
    private static final String KIND = "work";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @ParameterizedTest
    @CsvSource({"16, 6, 150, 4", "16, 6, 150, 0", "7, 6, 150, 1", "3, 10, 100, 2", "1024, 10, 2000, 256", "1, 5, 40, 8"
    })
    void withEqualBacklogsNoGroupHasMuchMoreThanTheMeanAtAnyQuarter(int slots, int queues, int jobs, int otherSlots) {
        Held held = new Held(Map.of(KIND, Capacity.ofSlots(slots), "callback", Capacity.ofSlots(otherSlots)));
        WaitingGroups waiting = new WaitingGroups();
        Map<String, Integer> backlog = new HashMap<>();
        List<Waiting> begun = new ArrayList<>();
        for (int i = 0; i < queues; i++) {
            backlog.put("q" + i, jobs);
            begun.add(new Waiting("q" + i, KIND, 5, 0, 0));
        }
        waiting.add(begun);
        Deque<ClaimedOneShot> inFlight = new ArrayDeque<>();
        Map<String, Integer> served = new HashMap<>();
        Random random = new Random(1);
        int total = queues * jobs;
        int quarter = 1;
        for (int done = 0; done < total; ) {
            for (int ends = 1 + random.nextInt(Math.max(1, slots / 4)); ends > 0 && !inFlight.isEmpty(); ends--) {
                held.gone(inFlight.remove());
            }
            done += claim(held, waiting, backlog, served, inFlight, slots + otherSlots - inFlight.size());
            if (done >= total * quarter / 4) {
                double mean = (double) done / queues;
                double allowed = Math.max(mean * 1.25, mean + 2);
                assertThat(served.values())
                        .as("after %d of %d: %s", done, total, served)
                        .allMatch(count -> count <= allowed);
                quarter++;
            }
        }
    }

    /** Its small jobs are served all the while, so that it is not always the one that was served least. */
    @ParameterizedTest
    @CsvSource({"50000, 0", "70000, 8", "90000, 8", "1000000, 8", "1000000, 200"})
    void aLargeOneGoesHoweverManyOthersThatWeighLessKeepComing(int weight, int small) {
        Held held = new Held(Map.of(KIND, new Capacity(16, 100_000)));
        KeptRoom rooms = new KeptRoom(held);
        WaitingGroups waiting = new WaitingGroups();
        Map<String, Deque<Integer>> backlog = Map.of("a", new ArrayDeque<>(), "b", new ArrayDeque<>());
        queue(backlog, "a").add(weight);
        queue(backlog, "a").addAll(Collections.nCopies(small, 0));
        queue(backlog, "b").addAll(Collections.nCopies(500, 20_000));
        waiting.add(List.of(new Waiting("a", KIND, 5, 0, weight), new Waiting("b", KIND, 5, 0, 20_000)));
        held.claimed(List.of(firing("b", 1_000_001, 20_000), firing("b", 1_000_002, 20_000)));
        Deque<ClaimedOneShot> inFlight =
                new ArrayDeque<>(List.of(firing("b", 1_000_001, 20_000), firing("b", 1_000_002, 20_000)));

        int round = 0;
        for (int claims = 0; queue(backlog, "a").contains(weight); round++) {
            assertThat(round).as("rounds, with %s in flight", inFlight).isLessThan(100);
            for (claims = 0; waiting.next(1, rooms) <= 1; claims++) {
                assertThat(claims).as("claims without an end between them").isLessThan(30);
                claim(held, rooms, waiting, backlog, inFlight);
            }
            held.gone(inFlight.remove());
        }
        assertThat(queue(backlog, "b")).isNotEmpty();
        for (round = 0; queue(backlog, "b").size() > 400; round++) {
            assertThat(round).isLessThan(500);
            claim(held, rooms, waiting, backlog, inFlight);
            held.gone(inFlight.remove());
        }
    }

    /** What is before the heavy ones of another group in a claim leaves them what is theirs. */
    private static void claim(
            Held held,
            KeptRoom rooms,
            WaitingGroups waiting,
            Map<String, Deque<Integer>> backlog,
            Deque<ClaimedOneShot> inFlight) {
        List<Turn> turns = waiting.takeDue(1, 64, rooms);
        Map<String, Portion> shares =
                new FairShares(rooms).of(turns, Math.max(1, 16 - inFlight.size()), group -> Long.MAX_VALUE);
        Map<String, Integer> taken = new HashMap<>();
        for (Turn turn : turns) {
            Portion share = shares.getOrDefault(turn.group(), Portion.NOTHING);
            int count = 0;
            long weighs = 0;
            Iterator<Integer> ofGroup = queue(backlog, turn.group()).iterator();
            while (ofGroup.hasNext() && count < share.count()) {
                int weight = ofGroup.next();
                if (weight == 0 || weighs + weight <= share.bytes()) {
                    ofGroup.remove();
                    count++;
                    weighs += weight;
                    ClaimedOneShot firing = firing(turn.group(), NUMBER.incrementAndGet(), weight);
                    held.claimed(List.of(firing));
                    rooms.taken(firing);
                    inFlight.add(firing);
                }
            }
            taken.put(turn.group(), count);
            Integer first = queue(backlog, turn.group()).peek();
            if (first != null) {
                waiting.add(List.of(new Waiting(turn.group(), KIND, 5, 0, first)));
                if (count < share.count() && first > share.bytes()) {
                    waiting.nothingLight(turn.group(), 1);
                }
            }
        }
        waiting.served(taken);
        assertThat(held.roomOfKind(KIND).count()).isNotNegative();
    }

    private static Deque<Integer> queue(Map<String, Deque<Integer>> backlog, String group) {
        return Objects.requireNonNull(backlog.get(group));
    }

    @Test
    void whatComesIsNotPassedOverForWhatIsBeingClaimedElsewhereButForAGateItIs() {
        WaitingGroups waiting = new WaitingGroups();
        KeptRoom rooms = new KeptRoom(new Held(Map.of(KIND, Capacity.ofSlots(4))));
        waiting.add(List.of(new Waiting("rows", KIND, 5, 0, 0), new Waiting("gate", KIND, 5, 0, 0)));
        waiting.blockByRows("rows", 100);
        waiting.block("gate", 100, 0);

        assertThat(waiting.takeDue(100, 64, rooms)).isEmpty();
        waiting.hasNew("rows");
        waiting.hasNew("gate");

        assertThat(waiting.takeDue(100, 64, rooms)).extracting(Turn::group).containsExactly("rows");
    }

    @Test
    void aGroupThatWasPassedOverBeforeTheClockWasSetBackIsNotPassedOverUntilItShowsThatTimeAgain() {
        WaitingGroups waiting = new WaitingGroups();
        KeptRoom rooms = new KeptRoom(new Held(Map.of(KIND, Capacity.ofSlots(4))));
        waiting.add(List.of(new Waiting("gate", KIND, 5, 0, 0)));
        waiting.block("gate", 3_600_000, 200);
        assertThat(waiting.next(3_600_000, rooms)).isEqualTo(3_600_200);

        assertThat(waiting.next(0, rooms)).isZero();
        assertThat(waiting.takeDue(0, 64, rooms)).hasSize(1);
    }

    @Test
    void countsAreForgottenOnlyOfThoseThatDoNotWait() {
        WaitingGroups waiting = new WaitingGroups();
        KeptRoom rooms = new KeptRoom(new Held(Map.of(KIND, Capacity.ofSlots(4))));
        for (int i = 0; i < 10_001; i++) {
            waiting.add(List.of(new Waiting("q" + i, KIND, 5, i < 2 ? 0 : 1_000, 0)));
        }
        List<Turn> turns = waiting.takeDue(1, 64, rooms);
        assertThat(turns).hasSize(2);
        waiting.served(Map.of("q0", 100, "q1", 1));
        waiting.add(List.of(new Waiting("q0", KIND, 5, 0, 0), new Waiting("q1", KIND, 5, 0, 0)));

        assertThat(waiting.takeDue(1, 64, rooms)).extracting(Turn::group).containsExactly("q1", "q0");
    }

    private static int claim(
            Held held,
            WaitingGroups waiting,
            Map<String, Integer> backlog,
            Map<String, Integer> served,
            Deque<ClaimedOneShot> inFlight,
            int free) {
        KeptRoom rooms = new KeptRoom(held);
        List<Turn> turns = waiting.takeDue(1, 64, rooms);
        Map<String, Portion> shares = new FairShares(rooms).of(turns, free, group -> Long.MAX_VALUE);
        Map<String, Integer> taken = new HashMap<>();
        List<Waiting> again = new ArrayList<>();
        for (Turn turn : turns) {
            int count = Math.min(
                    shares.getOrDefault(turn.group(), Portion.NOTHING).count(), backlog.getOrDefault(turn.group(), 0));
            int left = backlog.merge(turn.group(), -count, Integer::sum);
            int servedNow = served.merge(turn.group(), count, Integer::sum);
            taken.put(turn.group(), count);
            for (int i = 0; i < count; i++) {
                ClaimedOneShot firing = firing(turn.group(), servedNow * 10_000 + i);
                held.claimed(List.of(firing));
                inFlight.add(firing);
            }
            if (left > 0) {
                again.add(new Waiting(turn.group(), KIND, 5, 0, 0));
            }
        }
        waiting.served(taken);
        waiting.add(again);
        return taken.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static ClaimedOneShot firing(String group, int number) {
        return firing(group, number, 0);
    }

    private static ClaimedOneShot firing(String group, int number, int weight) {
        OneShotKey key = new OneShotKey(group, "j" + number);
        return new ClaimedOneShot(key, KIND, group, number, 1, Instant.EPOCH, Instant.EPOCH, weight);
    }
}
