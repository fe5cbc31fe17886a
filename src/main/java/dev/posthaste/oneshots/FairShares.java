package dev.posthaste.oneshots;

import dev.posthaste.oneshots.Held.Room;
import dev.posthaste.oneshots.WaitingGroups.Turn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * How much of each group a claim may take: an equal share of what its kind has room for, as far as the group's own room and
 * its gate allow. What one cannot use goes to those behind it. No I/O; confined to the claiming thread.
 */
final class FairShares {
    /** What a group may give: so many, and what those that weigh something may weigh together. */
    record Portion(int count, long bytes) {
        static final Portion NOTHING = new Portion(0, 0);

        private Portion withoutBytes() {
            return new Portion(count, 0);
        }
    }

    private final KeptRoom rooms;

    FairShares(KeptRoom rooms) {
        this.rooms = rooms;
    }

    /** What is left of a kind, for those of its turns that are still to be served. */
    private record Left(Room room, int turns) {
        int equalShare() {
            return (room.count() + turns - 1) / turns;
        }

        Left after(Turn turn, Portion portion) {
            return new Left(
                    new Room(
                            room.count() - portion.count(),
                            Math.max(0, room.bytes() - portion.bytes()),
                            room.isEmpty() && turn.weight() == 0),
                    turns - 1);
        }
    }

    /**
     * The portions by group. One whose first does not fit has no bytes: what it has that weighs nothing may go.
     *
     * @param turns in the order in which they are served
     * @param max so many are taken at most, of all
     * @param gateRoom how many a group's gate lets through
     */
    Map<String, Portion> of(List<Turn> turns, int max, ToLongFunction<String> gateRoom) {
        Map<String, Left> leftOfKind = new HashMap<>();
        Map<String, Long> turnsOfKind =
                turns.stream().collect(Collectors.groupingBy(Turn::kind, Collectors.counting()));
        turnsOfKind.forEach((kind, count) ->
                leftOfKind.put(kind, new Left(atMost(rooms.roomOfOthers(kind), max), count.intValue())));
        Map<String, Portion> portions = new HashMap<>();
        int left = max;
        for (Turn turn : turns) {
            Left ofKind = leftOfKind.getOrDefault(turn.kind(), new Left(new Room(0, 0, false), 1));
            Portion portion = portion(turn, ofKind, Math.min(left, gateRoom.applyAsLong(turn.group())));
            portions.put(turn.group(), portion);
            leftOfKind.put(turn.kind(), ofKind.after(turn, rooms.isFor(turn) ? portion.withoutBytes() : portion));
            left -= portion.count();
        }
        return portions;
    }

    private static Room atMost(Room room, int max) {
        return new Room(Math.min(room.count(), max), room.bytes(), room.isEmpty());
    }

    private Portion portion(Turn turn, Left ofKind, long max) {
        Room room = rooms.room(turn);
        long bytes = bytes(turn, room, ofKind);
        long count = Math.min(Math.min(ofKind.equalShare(), room.count()), max);
        return new Portion((int) Math.min(count, likelyToFit(turn.weight(), bytes)), bytes);
    }

    /** A quarter of the room at a time leaves some for what comes next, but it is never less than the first one weighs. */
    private long bytes(Turn turn, Room room, Left ofKind) {
        if (!room.fits(turn.weight())) {
            return 0;
        }
        if (rooms.isFor(turn)) {
            return turn.weight();
        }
        if (!ofKind.room().fits(turn.weight())) {
            return 0;
        }
        return Math.max(Math.min(room.bytes(), ofKind.room().bytes() / 4 / ofKind.turns()), turn.weight());
    }

    /** Whoever cannot be taken need not be locked: those behind the first one likely weigh as much as it does. */
    private static long likelyToFit(int weight, long bytes) {
        return weight == 0 || bytes == 0 ? Integer.MAX_VALUE : Math.max(1, bytes / weight);
    }
}
