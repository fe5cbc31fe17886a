package dev.posthaste.overview;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DeliveredMinutesTest {
    private static final Instant START = Instant.parse("2026-04-10T14:10:00Z");
    private static final int COUNT = DeliveredMinutes.COUNT;

    private final DeliveredMinutes delivered = new DeliveredMinutes();
    private final TreeMap<Instant, Long> counted = new TreeMap<>();
    private final List<Integer> asked = new ArrayList<>();

    @Test
    void theFirstLookReadsAllMinutes() throws Exception {
        count(-29, 5);
        count(0, 7);

        assertThat(look(0, 1)).startsWith(5L, 0L).endsWith(0L, 7L).hasSize(COUNT);
        assertThat(asked).containsExactly(COUNT);
    }

    @Test
    void minutesThatEndedAWhileAgoAreNotReadAgain() throws Exception {
        for (int minute = -40; minute <= 3; minute++) {
            count(minute, 100 + minute);
        }
        look(0, 1);

        assertThat(look(0, 1)).isEqualTo(ofMinutesUntil(0));
        assertThat(look(1, 1)).isEqualTo(ofMinutesUntil(1));
        assertThat(look(3, 1)).isEqualTo(ofMinutesUntil(3));
        assertThat(asked).containsExactly(COUNT, 3, 4, 5);
    }

    @Test
    void whatIsWrittenIntoAMinuteAfterItsEndIsTold() throws Exception {
        look(0, 1);
        count(0, 4);
        count(-2, 9);

        assertThat(look(1, 1)).endsWith(9L, 0L, 4L, 0L);
    }

    @Test
    void whoHasNotLookedForLongReadsAllMinutes() throws Exception {
        count(0, 4);
        look(0, 1);

        assertThat(look(29, 1)).startsWith(4L, 0L).hasSize(COUNT);
        assertThat(look(90, 1)).containsOnly(0L).hasSize(COUNT);
        assertThat(asked).containsExactly(COUNT, COUNT, COUNT);
    }

    @Test
    void aQueueThatIsNewHasAllItsMinutes() throws Exception {
        count(-29, 5);
        look(0, 1);

        assertThat(look(0, 1, 2)).startsWith(5L, 0L);
        assertThat(look(1, 2)).endsWith(0L, 0L);
        assertThat(asked).containsExactly(COUNT, COUNT, 4);
    }

    @Test
    void aClockThatWasSetBackMakesWhatWasReadBeforeWorthless() throws Exception {
        look(10, 1);
        count(-5, 5);

        assertThat(look(0, 1)).endsWith(5L, 0L, 0L, 0L, 0L, 0L);
        assertThat(asked).containsExactly(COUNT, COUNT);
    }

    private void count(int minute, long what) {
        counted.put(START.plus(Duration.ofMinutes(minute)), what);
    }

    private List<Long> ofMinutesUntil(int minute) {
        return read(List.of(1L), START.plus(Duration.ofMinutes(minute - 29L)), COUNT)
                .getOrDefault(1L, List.of());
    }

    /** Of the last of these queues; all have delivered the same. */
    private List<Long> look(int minute, long... queues) throws SQLException {
        List<Long> ids = new ArrayList<>();
        for (long queue : queues) {
            ids.add(queue);
        }
        Map<Long, List<Long>> lines = delivered.of(ids, START.plus(Duration.ofMinutes(minute)), (of, first, count) -> {
            asked.add(count);
            return read(of, first, count);
        });
        assertThat(lines.keySet()).containsExactlyInAnyOrderElementsOf(ids);
        return lines.getOrDefault(ids.get(ids.size() - 1), List.of());
    }

    private Map<Long, List<Long>> read(Collection<Long> queues, Instant first, int count) {
        List<Long> line = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            line.add(counted.getOrDefault(first.plus(Duration.ofMinutes(i)), 0L));
        }
        Map<Long, List<Long>> lines = new HashMap<>();
        queues.forEach(queue -> lines.put(queue, line));
        return lines;
    }
}
