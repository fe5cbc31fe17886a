package dev.posthaste.oneshots;

import dev.posthaste.oneshots.Held.Room;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The groups with waiting one-shots, as far as this node knows. Whoever was served least takes the first turn, by a count of
 * what each group was given. One that begins to wait joins at the count of those that are being served: the time in which it
 * had nothing neither helps nor harms it. For each of a group's priorities there is an instant before which nothing of it is
 * due. A claim takes that entry out and puts back what it found; what is announced meanwhile is merged. Thread-safe.
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

    /**
     * @param times in a row that the group was passed over
     * @param byRows because of what waits just now: what comes may be taken
     */
    private record Block(long until, int times, boolean byRows) {}

    private static final long SHORTEST_BLOCK_MS = 10;
    private static final long MAX_BLOCK_MS = 800;
    private static final int MAX_DOUBLINGS = 7;

    private static final long LOOK_FOR_LIGHT_MS = 100;

    private static final int MAX_COUNTS = 10_000;

    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, Long> served = new HashMap<>();
    private long beingServed;
    private final Map<String, Block> blocks = new HashMap<>();
    private final Comparator<Turn> leastServed = Comparator.comparingLong(this::count);
    private List<Turn> takenOut = List.of();
    private final Map<String, Long> lightFrom = new HashMap<>();
    private Set<String> paused = Set.of();

    /** Learns of one-shots, or that there may be some. */
    synchronized void add(Collection<Waiting> waiting) {
        for (Waiting one : waiting) {
            served.merge(one.group(), beingServed, groups.containsKey(one.group()) ? (count, now) -> count : Math::max);
            groups.computeIfAbsent(one.group(), name -> new Group(one.kind()))
                    .firsts
                    .merge(one.priority(), new First(one.notBefore(), one.weight()), First::or);
        }
    }

    /**
     * Takes out the turns that may be due, those that were served least first, but for what the others had to wait for. A
     * group whose first does not fit has a turn nevertheless, for what weighs nothing behind that. It has none where the last
     * one found no such.
     */
    synchronized List<Turn> takeDue(long now, int max, KeptRoom rooms) {
        List<Turn> due = due(now);
        rooms.lookAt(due, leastServed);
        due.sort(leastServed);
        List<Turn> turns = Stream.concat(
                        due.stream().filter(rooms::isReady),
                        due.stream().filter(turn -> !rooms.isReady(turn) && nextTurn(turn, now, rooms) <= now))
                .limit(max)
                .toList();
        for (Turn turn : turns) {
            Group group = Objects.requireNonNull(groups.get(turn.group()));
            turn.priorities().forEach(group.firsts::remove);
            if (group.firsts.isEmpty()) {
                groups.remove(turn.group());
            }
        }
        if (!turns.isEmpty()) {
            beingServed = Math.max(beingServed, count(Collections.min(turns, leastServed)));
        }
        takenOut = turns;
        return turns;
    }

    private long count(Turn turn) {
        return served.getOrDefault(turn.group(), 0L);
    }

    /** Those that may be due and are not passed over. */
    private List<Turn> due(long now) {
        List<Turn> due = new ArrayList<>();
        groups.forEach((name, group) -> {
            Turn turn = next(name, group, now) > now ? null : group.turn(name, now);
            if (turn != null) {
                due.add(turn);
            }
        });
        return due;
    }

    /** When one that is due may have a turn: at once, when it is to be asked for light ones again, or when there is room. */
    private long nextTurn(Turn turn, long now, KeptRoom rooms) {
        Room room = rooms.room(turn);
        if (room.count() == 0) {
            return Long.MAX_VALUE;
        }
        if (room.fits(turn.weight())) {
            return Long.MIN_VALUE;
        }
        long from = lightFrom.getOrDefault(turn.group(), Long.MIN_VALUE);
        return isOver(from, now, LOOK_FOR_LIGHT_MS) ? Long.MIN_VALUE : from;
    }

    /** A wait that would last longer than any is made was begun before the database's clock was set back. */
    private static boolean isOver(long until, long now, long max) {
        return until <= now || until > now + max;
    }

    /** Nothing that fits was found behind one that does not: whether there is something is not asked all the time. */
    synchronized void nothingLight(String group, long now) {
        if (lightFrom.size() > MAX_COUNTS) {
            lightFrom.clear();
        }
        lightFrom.put(group, now + LOOK_FOR_LIGHT_MS);
    }

    /** Counts what a claim took of groups. */
    synchronized void served(Map<String, Integer> taken) {
        taken.forEach((group, count) -> served.merge(group, (long) count, Long::sum));
        if (served.size() > MAX_COUNTS) {
            Set<String> waiting = new HashSet<>(groups.keySet());
            takenOut.forEach(turn -> waiting.add(turn.group()));
            served.keySet().retainAll(waiting);
        }
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
        long pause = Math.min(MAX_BLOCK_MS, SHORTEST_BLOCK_MS << Math.min(times, MAX_DOUBLINGS));
        // A time that is known needs no guessing, however often it comes.
        long until = now + (atLeastMs > 0 ? Math.min(atLeastMs, MAX_BLOCK_MS) : pause);
        blocks.put(group, new Block(until, atLeastMs > 0 ? 0 : times + 1, false));
    }

    /** Passes a group over, for a moment as {@link #block} does, of which all that is due is just being claimed elsewhere. */
    synchronized void blockByRows(String group, long now) {
        block(group, now, 0);
        blocks.computeIfPresent(group, (name, block) -> new Block(block.until(), block.times(), true));
    }

    /** Something of the group has come that nobody can be claiming yet. */
    synchronized void hasNew(String group) {
        lightFrom.remove(group);
        blocks.computeIfPresent(group, (name, block) -> block.byRows() ? null : block);
    }

    /** True when the group had been passed over. */
    synchronized boolean unblock(String group) {
        return blocks.remove(group) != null;
    }

    /**
     * What keeps a group from a turn.
     *
     * @param reason a word for it
     * @param sentence for the operator
     */
    record Obstacle(String reason, String sentence) {}

    /** What keeps the group from a turn, as far as that is known here; null when nothing does, or only for a moment. */
    synchronized @Nullable Obstacle obstacle(String name, long now, KeptRoom rooms) {
        if (paused.contains(name)) {
            return new Obstacle("paused", "passed over, its gate is paused");
        }
        Group group = groups.get(name);
        if (group == null) {
            return new Obstacle("none", "none waits");
        }
        if (group.next() > now) {
            return new Obstacle("early", "wait, the first is due at " + Instant.ofEpochMilli(group.next()));
        }
        Turn turn = next(name, group, now) > now ? null : group.turn(name, now);
        Room room = turn == null ? null : rooms.room(turn);
        if (turn == null || room == null) {
            return null;
        }
        if (room.count() == 0) {
            return new Obstacle("slots", "passed over, no slot of this node is free for them");
        }
        return room.fits(turn.weight())
                ? null
                : new Obstacle(
                        "bytes",
                        "passed over, the first weighs " + turn.weight() + " bytes and there is room for "
                                + room.bytes());
    }

    private long next(String name, Group group, long now) {
        if (paused.contains(name)) {
            return Long.MAX_VALUE;
        }
        Block block = blocks.get(name);
        return block == null || isOver(block.until(), now, MAX_BLOCK_MS)
                ? group.next()
                : Math.max(group.next(), block.until());
    }

    /** When something may be due; {@link Long#MAX_VALUE} when nothing is known to wait. */
    synchronized long next(long now, KeptRoom rooms) {
        long earliest = Long.MAX_VALUE;
        for (Map.Entry<String, Group> entry : groups.entrySet()) {
            long next = next(entry.getKey(), entry.getValue(), now);
            earliest = next > now ? Math.min(earliest, next) : earliest;
        }
        List<Turn> due = due(now);
        rooms.lookAt(due, leastServed);
        for (Turn turn : due) {
            earliest = Math.min(earliest, Math.max(now, nextTurn(turn, now, rooms)));
        }
        return earliest;
    }
}
