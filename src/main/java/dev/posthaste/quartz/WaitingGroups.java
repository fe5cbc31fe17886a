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
import org.jspecify.annotations.Nullable;

/**
 * The groups with waiting one-shots, as far as this node knows, in the order in which they take turns: whoever was served
 * goes to the end. For each of a group's priorities it keeps an instant before which nothing of it is due; a claim takes
 * the entry out and puts back what it found, and what is announced meanwhile is merged, so that nothing gets lost
 * between the two. Thread-safe.
 */
final class WaitingGroups {
    /**
     * A group's turn: its kind, and its priorities that may be due, highest first.
     *
     * @param weight what the first one weighs, as far as that is known
     */
    record Turn(String group, String kind, List<Integer> priorities, int weight) {}

    /**
     * That nothing of the group's priority is due before the instant.
     *
     * @param notBefore in milliseconds since 1970
     * @param weight what the first one weighs, 0 where that is not known
     */
    record Waiting(String group, String kind, int priority, long notBefore, int weight) {}

    /** When the first one of a priority may be due, and what it weighs as far as that is known. */
    private record First(long notBefore, int weight) {
        First or(First other) {
            return other.notBefore < notBefore ? other : this;
        }
    }

    private static final class Group {
        private final String kind;
        private final Map<Integer, First> firsts = new TreeMap<>((one, other) -> Integer.compare(other, one));

        Group(String kind) {
            this.kind = kind;
        }

        long next() {
            return firsts.values().stream().mapToLong(First::notBefore).min().orElse(Long.MAX_VALUE);
        }

        /** Null when none of its priorities may be due. */
        @Nullable
        Turn turn(String name, long now) {
            List<Integer> due = new ArrayList<>();
            int weight = 0;
            for (Map.Entry<Integer, First> entry : firsts.entrySet()) {
                if (entry.getValue().notBefore() <= now) {
                    weight = due.isEmpty() ? entry.getValue().weight() : weight;
                    due.add(entry.getKey());
                }
            }
            return due.isEmpty() ? null : new Turn(name, kind, due, weight);
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
                    .firsts
                    .merge(one.priority(), new First(one.notBefore(), one.weight()), First::or);
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
            Turn turn = group.turn(entry.getKey(), now);
            if (turn != null && roomOf.applyAsInt(turn) > 0) {
                turns.add(turn);
            }
        }
        for (Turn turn : turns) {
            Group served = groups.remove(turn.group());
            if (served != null) {
                turn.priorities().forEach(served.firsts::remove);
                if (!served.firsts.isEmpty()) {
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
            Turn turn = next <= now ? entry.getValue().turn(entry.getKey(), now) : null;
            boolean isWaitingForRoom = turn != null && roomOf.applyAsInt(turn) <= 0;
            if (next < earliest && !isWaitingForRoom) {
                earliest = next;
            }
        }
        return earliest;
    }
}
