package dev.posthaste.oneshots;

import dev.posthaste.oneshots.Held.Room;
import dev.posthaste.oneshots.WaitingGroups.Turn;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Room for what is heavy. Groups whose next one does not fit stand in line, and for the first of them what it weighs is
 * kept. Until it has gone, what weighs something in other groups gets only what is left beyond that: else small ones would
 * pass a large one for ever. What weighs nothing goes on meanwhile, the group's own too; how much the group was served of
 * that does not change its place in the line. Thread-safe.
 */
final class KeptRoom {
    private final Held held;
    private final Map<String, Kept> ofKind = new HashMap<>();
    private final Map<String, Set<String>> lines = new HashMap<>();
    private volatile boolean isShort;

    /** @param bytes which the others of the kind leave */
    private record Kept(String group, long bytes) {}

    KeptRoom(Held held) {
        this.held = held;
    }

    /**
     * Looks who must be waited for.
     *
     * @param due the turns of those that are due
     * @param leastServed says who comes first of those that join the line at the same time
     */
    synchronized void lookAt(List<Turn> due, Comparator<Turn> leastServed) {
        Map<String, List<Turn>> heavy =
                due.stream().filter(turn -> turn.weight() > 0).collect(Collectors.groupingBy(Turn::kind));
        lines.keySet().retainAll(heavy.keySet());
        ofKind.keySet().retainAll(heavy.keySet());
        heavy.forEach((kind, turns) -> lookAt(kind, turns, leastServed));
    }

    private void lookAt(String kind, List<Turn> heavy, Comparator<Turn> leastServed) {
        Map<String, Long> wanted = new HashMap<>();
        heavy.forEach(turn -> wanted.put(turn.group(), held.toKeep(kind, turn.group(), turn.weight())));
        Set<String> line = lines.computeIfAbsent(kind, name -> new LinkedHashSet<>());
        line.removeIf(group -> wanted.getOrDefault(group, 0L) == 0);
        heavy.stream()
                .filter(turn -> !line.contains(turn.group()) && !fits(turn))
                .filter(turn -> wanted.getOrDefault(turn.group(), 0L) > 0)
                .sorted(leastServed)
                .toList()
                .forEach(turn -> line.add(turn.group()));
        ofKind.remove(kind);
        line.stream()
                .filter(group -> held.room(kind, group).count() > 0)
                .findFirst()
                .ifPresent(group -> ofKind.put(kind, new Kept(group, wanted.getOrDefault(group, 0L))));
    }

    private boolean fits(Turn turn) {
        return held.room(turn.kind(), turn.group()).fits(turn.weight());
    }

    /** How much of the group may be taken. */
    synchronized Room room(Turn turn) {
        Room room = held.room(turn.kind(), turn.group());
        if (ofKind.containsKey(turn.kind()) && !isFor(turn)) {
            Room others = roomOfOthers(turn.kind());
            room = new Room(room.count(), Math.min(room.bytes(), others.bytes()), others.isEmpty());
        }
        if (isFor(turn) && !room.fits(turn.weight())) {
            // One of its slots is kept too: else its small ones would take them all, and it would lose its turn.
            room = new Room(Math.max(0, room.count() - 1), room.bytes(), room.isEmpty());
        }
        if (room.count() == 0 || !room.fits(turn.weight())) {
            isShort = true;
        }
        return room;
    }

    /** How much of the kind may be taken of those for which no room is kept. */
    synchronized Room roomOfOthers(String kind) {
        Room room = held.roomOfKind(kind);
        Kept kept = ofKind.get(kind);
        return kept == null ? room : new Room(room.count(), Math.max(0, room.bytes() - kept.bytes()), false);
    }

    /** Whether anything was short of room since this was asked last. */
    boolean wasShort() {
        boolean was = isShort;
        isShort = false;
        return was;
    }

    /** Whether room is kept for the group, and there is enough by now. */
    boolean isReady(Turn turn) {
        return isFor(turn) && fits(turn);
    }

    /** Whether room is kept for the group. */
    synchronized boolean isFor(Turn turn) {
        Kept kept = ofKind.get(turn.kind());
        return kept != null && kept.group().equals(turn.group());
    }

    /** What was waited for has gone. */
    synchronized void taken(ClaimedOneShot firing) {
        Kept kept = ofKind.get(firing.kind());
        Set<String> line = lines.get(firing.kind());
        if (firing.weight() > 0 && line != null) {
            line.remove(firing.key().group());
        }
        if (firing.weight() > 0
                && kept != null
                && kept.group().equals(firing.key().group())) {
            ofKind.remove(firing.kind());
        }
    }
}
