package dev.posthaste.quartz;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * The groups with waiting one-shots, as far as this node knows, in the order in which they take turns: whoever was served
 * goes to the end. For each of a group's priorities it keeps an instant before which nothing of it is due; a claim takes
 * the entry out and puts back what it found, and what is announced meanwhile is merged, so that nothing gets lost
 * between the two. Thread-safe.
 */
final class WaitingGroups {
    /** A group's turn: its kind, and its priorities that may be due, highest first. */
    record Turn(String group, String kind, List<Integer> priorities) {}

    /** That nothing of the group's priority is due before the instant, in milliseconds since 1970. */
    record Waiting(String group, String kind, int priority, long notBefore) {}

    private static final class Group {
        private final String kind;
        private final Map<Integer, Long> notBefore = new TreeMap<>((one, other) -> Integer.compare(other, one));

        Group(String kind) {
            this.kind = kind;
        }

        long next() {
            return notBefore.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
        }
    }

    /** @param times in a row that the group was passed over */
    private record Block(long until, int times) {}

    private static final long SHORTEST_BLOCK_MS = 10;
    private static final long LONGEST_BLOCK_MS = 800;
    private static final int MOST_DOUBLINGS = 7;

    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, Block> blocks = new HashMap<>();
    private Set<String> paused = Set.of();

    /** Learns of one-shots, or that there may be some. */
    synchronized void add(Collection<Waiting> waiting) {
        for (Waiting one : waiting) {
            groups.computeIfAbsent(one.group(), name -> new Group(one.kind()))
                    .notBefore
                    .merge(one.priority(), one.notBefore(), Math::min);
        }
    }

    /**
     * Takes out the turns that may be due.
     *
     * @param roomOf how many of a group this node may take now; a group without room is passed over
     */
    synchronized List<Turn> takeDue(long now, int most, ToIntFunction<Turn> roomOf) {
        List<Turn> turns = new ArrayList<>();
        for (Map.Entry<String, Group> entry : List.copyOf(groups.entrySet())) {
            Group group = entry.getValue();
            if (turns.size() == most) {
                break;
            }
            if (next(entry.getKey(), group) > now) {
                continue;
            }
            List<Integer> due = group.notBefore.entrySet().stream()
                    .filter(priority -> priority.getValue() <= now)
                    .map(Map.Entry::getKey)
                    .toList();
            Turn turn = new Turn(entry.getKey(), group.kind, due);
            if (roomOf.applyAsInt(turn) > 0) {
                turns.add(turn);
            }
        }
        for (Turn turn : turns) {
            Group served = groups.remove(turn.group());
            if (served != null) {
                turn.priorities().forEach(served.notBefore::remove);
                if (!served.notBefore.isEmpty()) {
                    groups.put(turn.group(), served);
                }
            }
        }
        return turns;
    }

    /** Passes these over until told otherwise. */
    synchronized void passOver(Set<String> pausedGroups) {
        paused = Set.copyOf(pausedGroups);
    }

    /**
     * Passes a group over that nothing may be taken of just now: for a moment, and for longer each time that this happens
     * again before {@link #unblock}.
     *
     * @param atLeastMs for how long it is known that nothing may be taken
     */
    synchronized void block(String group, long now, long atLeastMs) {
        Block before = blocks.get(group);
        int times = before == null ? 0 : before.times();
        long pause = Math.min(LONGEST_BLOCK_MS, SHORTEST_BLOCK_MS << Math.min(times, MOST_DOUBLINGS));
        // A time that is known needs no guessing, however often it comes.
        long until = now + (atLeastMs > 0 ? Math.min(atLeastMs, LONGEST_BLOCK_MS) : pause);
        blocks.put(group, new Block(until, atLeastMs > 0 ? 0 : times + 1));
    }

    /** True when the group had been passed over. */
    synchronized boolean unblock(String group) {
        return blocks.remove(group) != null;
    }

    private long next(String name, Group group) {
        if (paused.contains(name)) {
            return Long.MAX_VALUE;
        }
        Block block = blocks.get(name);
        return block == null ? group.next() : Math.max(group.next(), block.until());
    }

    /** When something may be due; {@link Long#MAX_VALUE} when nothing is known to wait. */
    synchronized long next(long now, ToIntFunction<Turn> roomOf) {
        long earliest = Long.MAX_VALUE;
        for (Map.Entry<String, Group> entry : groups.entrySet()) {
            long next = next(entry.getKey(), entry.getValue());
            boolean isWaitingForRoom =
                    next <= now && roomOf.applyAsInt(new Turn(entry.getKey(), entry.getValue().kind, List.of())) <= 0;
            if (next < earliest && !isWaitingForRoom) {
                earliest = next;
            }
        }
        return earliest;
    }
}
