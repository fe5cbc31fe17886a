package dev.posthaste.quartz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.quartz.FairShares.Portion;
import dev.posthaste.quartz.WaitingGroups.Turn;
import dev.posthaste.quartz.WaitingGroups.Waiting;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dispatcher's decisions without a database: who is claimed when slots become free a few at a time. */
class FairnessTest {
    private static final String KIND = "work";

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
        Deque<FiredOneShot> inFlight = new ArrayDeque<>();
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

    private static int claim(
            Held held,
            WaitingGroups waiting,
            Map<String, Integer> backlog,
            Map<String, Integer> served,
            Deque<FiredOneShot> inFlight,
            int free) {
        List<Turn> turns =
                waiting.takeDue(1, 64, turn -> held.room(KIND, turn.group()).countFrom(turn.weight()));
        Map<String, Portion> shares = new FairShares(held).of(turns, free, group -> Long.MAX_VALUE);
        Map<String, Integer> taken = new HashMap<>();
        List<Waiting> again = new ArrayList<>();
        for (Turn turn : turns) {
            int count = Math.min(
                    shares.getOrDefault(turn.group(), Portion.NOTHING).count(), backlog.getOrDefault(turn.group(), 0));
            int left = backlog.merge(turn.group(), -count, Integer::sum);
            int servedNow = served.merge(turn.group(), count, Integer::sum);
            taken.put(turn.group(), count);
            for (int i = 0; i < count; i++) {
                FiredOneShot firing = firing(turn.group(), servedNow * 10_000 + i);
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

    private static FiredOneShot firing(String group, int number) {
        OneShotKey key = new OneShotKey(group, "j" + number);
        return new FiredOneShot(key, KIND, group, number, 1, Instant.EPOCH, Instant.EPOCH, 0);
    }
}
