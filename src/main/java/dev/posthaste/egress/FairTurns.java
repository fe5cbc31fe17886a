package dev.posthaste.egress;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Who may go next where there is room for so many at a time: owners take turns, and none has more than its share, so that
 * what one of them is waiting for is never in everybody's way. Not thread-safe.
 *
 * @param <T> what waits for its turn
 */
final class FairTurns<T> {
    private final int max;
    private final int maxOfOne;
    private final Map<Long, Queue<T>> waiting = new LinkedHashMap<>();
    private final Map<Long, Integer> running = new HashMap<>();
    private int total;

    FairTurns(int max, int maxOfOne) {
        this.max = max;
        this.maxOfOne = maxOfOne;
    }

    void add(long owner, T task) {
        waiting.computeIfAbsent(owner, any -> new ArrayDeque<>()).add(task);
    }

    /** Forgets one that still waits. */
    void remove(long owner, T task) {
        Queue<T> tasks = waiting.get(owner);
        if (tasks != null && tasks.remove(task) && tasks.isEmpty()) {
            waiting.remove(owner);
        }
    }

    /** The next one, which counts as running from now on; null when nobody may go. */
    @Nullable
    T next() {
        if (total >= max) {
            return null;
        }
        for (Iterator<Map.Entry<Long, Queue<T>>> owners = waiting.entrySet().iterator(); owners.hasNext(); ) {
            Map.Entry<Long, Queue<T>> turn = owners.next();
            long owner = turn.getKey();
            if (running.getOrDefault(owner, 0) < maxOfOne) {
                T task = turn.getValue().remove();
                owners.remove();
                if (!turn.getValue().isEmpty()) {
                    // Behind all the others.
                    waiting.put(owner, turn.getValue());
                }
                running.merge(owner, 1, Integer::sum);
                total++;
                return task;
            }
        }
        return null;
    }

    /** One of the owner's is over. */
    void ended(long owner) {
        running.computeIfPresent(owner, (any, count) -> count == 1 ? null : count - 1);
        total--;
    }

    /** How many wait. */
    int waiting() {
        return waiting.values().stream().mapToInt(Queue::size).sum();
    }
}
