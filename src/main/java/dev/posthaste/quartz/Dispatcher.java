package dev.posthaste.quartz;

import dev.posthaste.quartz.Held.Room;
import dev.posthaste.quartz.OneShotClaim.Claimed;
import dev.posthaste.quartz.OneShotClaim.Claims;
import dev.posthaste.quartz.OneShotClaim.Share;
import dev.posthaste.quartz.WaitingGroups.Turn;
import dev.posthaste.quartz.WaitingGroups.Waiting;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Decides what this node claims next: the groups with due one-shots take turns, each gets an equal share of what is
 * claimed at once, within what its gate and this node's slots allow. Called by the scheduler thread, but for what
 * announces work.
 */
final class Dispatcher {
    /** Groups in one claim at most. */
    private static final int MOST_GROUPS = 64;

    private final OneShotClaim claims;
    private final GateTable gates;
    private final String instance;
    private final WaitingGroups waiting = new WaitingGroups();
    private final Held held;
    private final AtomicLong claimNumber = new AtomicLong();
    private volatile boolean anyGate = true;
    private volatile boolean starved;

    Dispatcher(String schedulerName, String instance, Held held) {
        this.claims = new OneShotClaim(schedulerName);
        this.gates = new GateTable(schedulerName);
        this.instance = instance;
        this.held = held;
    }

    void announce(Collection<OneShot> committed) {
        waiting.add(committed.stream()
                .map(shot -> new Waiting(
                        shot.key().group(),
                        shot.kind(),
                        shot.priority(),
                        shot.due().toEpochMilli(),
                        shot.weight()))
                .collect(Collectors.toSet()));
    }

    /** Learns what others have stored and which gates there are. */
    void discover(Connection connection) throws SQLException {
        anyGate = gates.anyExists(connection);
        waiting.passOver(anyGate ? gates.paused(connection) : Set.of());
        waiting.add(claims.discover(connection));
    }

    /**
     * Claims what is due by {@code latest}, at most so many. Nothing is held yet: the transaction may fail.
     *
     * @param soon the instant that {@link #next} was asked for: what is left of a group is to be looked at then
     */
    List<FiredOneShot> claim(Connection connection, long soon, long latest, int most) throws SQLException {
        List<Turn> turns = waiting.takeDue(latest, MOST_GROUPS, this::room);
        if (turns.isEmpty()) {
            return List.of();
        }
        boolean done = false;
        try {
            List<FiredOneShot> firings = claim(connection, turns, soon, latest, most);
            done = true;
            return firings;
        } finally {
            if (!done) {
                putBack(turns, soon);
            }
        }
    }

    /** When to look again, in the database's time. */
    long next(long now) {
        return waiting.next(now, this::room);
    }

    /** A firing of the group has ended; true when something may have been waiting for that. */
    boolean ended(FiredOneShot firing) {
        held.remove(firing);
        boolean wasBlocked = waiting.unblock(firing.key().group());
        if (starved || wasBlocked) {
            starved = false;
            return true;
        }
        return false;
    }

    /** The gate of the group was changed. */
    void gateChanged(String group) {
        anyGate = true;
        waiting.unblock(group);
    }

    private List<FiredOneShot> claim(Connection connection, List<Turn> turns, long soon, long latest, int most)
            throws SQLException {
        Map<String, GateTable.Locked> locked = lockGates(connection, turns);
        Map<String, Portion> shares = shares(turns, locked, most);
        List<Share> wanted = new ArrayList<>();
        for (Turn turn : turns) {
            Portion share = share(shares, turn.group());
            if (share.count() > 0) {
                turn.priorities()
                        .forEach(priority ->
                                wanted.add(new Share(turn.group(), priority, share.count(), share.bytes())));
            }
        }
        Claims claimed = wanted.isEmpty()
                ? new Claims(List.of(), List.of())
                : claims.claim(connection, instance, prefix(), latest, wanted, locked.keySet());
        Map<String, Integer> taken = new HashMap<>();
        claimed.taken().forEach(one -> taken.merge(one.firing().key().group(), 1, Integer::sum));
        gates.letThrough(connection, List.copyOf(locked.values()), taken);
        lookFurther(turns, shares, taken, claimed.next(), soon);
        block(turns, locked, shares, soon);
        return claimed.taken().stream().map(Claimed::firing).toList();
    }

    private Map<String, GateTable.Locked> lockGates(Connection connection, List<Turn> turns) throws SQLException {
        if (!anyGate) {
            return Map.of();
        }
        List<String> groups = turns.stream().map(Turn::group).toList();
        return gates.lock(connection, groups).stream().collect(Collectors.toMap(GateTable.Locked::group, gate -> gate));
    }

    /** What a group may give: so many, and what those that weigh something may weigh together. */
    private record Portion(int count, long bytes) {
        private static final Portion NOTHING = new Portion(0, 0);
    }

    private static Portion share(Map<String, Portion> shares, String group) {
        return shares.getOrDefault(group, Portion.NOTHING);
    }

    /** An equal share for each, as far as there is room for it, but never less than the first one weighs. */
    private Map<String, Portion> shares(List<Turn> turns, Map<String, GateTable.Locked> locked, int most) {
        Map<String, Portion> shares = new HashMap<>();
        Map<String, Room> roomOfKind = new HashMap<>();
        int left = most;
        int toServe = turns.size();
        for (Turn turn : turns) {
            Room kindRoom = roomOfKind.computeIfAbsent(turn.kind(), held::roomOfKind);
            Room room = held.room(turn.kind(), turn.group());
            long bytes = bytes(turn, room, kindRoom, toServe);
            int count = Math.min((left + toServe - 1) / toServe, Math.min(kindRoom.count(), room(turn)));
            count = (int) Math.min(count, likelyToFit(turn.weight(), bytes));
            GateTable.Locked gate = locked.get(turn.group());
            if (gate != null) {
                count = (int) Math.min(count, gate.room());
            }
            shares.put(turn.group(), new Portion(count, bytes));
            roomOfKind.put(
                    turn.kind(),
                    new Room(
                            kindRoom.count() - count,
                            Math.max(0, kindRoom.bytes() - bytes),
                            kindRoom.isEmpty() && turn.weight() == 0));
            left -= count;
            toServe--;
        }
        return shares;
    }

    /** A claim loads what it takes: a quarter of the room at a time is enough, and others get their turn in between. */
    private static long bytes(Turn turn, Room room, Room kindRoom, int toServe) {
        if (!kindRoom.fits(turn.weight())) {
            return 0;
        }
        long share = Math.min(room.bytes(), kindRoom.bytes() / 4 / toServe);
        return Math.max(share, turn.weight());
    }

    /** Whoever cannot be taken need not be locked: those behind the first one likely weigh as much as it does. */
    private static long likelyToFit(int weight, long bytes) {
        return weight == 0 ? Integer.MAX_VALUE : Math.max(1, bytes / weight);
    }

    /** Of a group that gave less than its share nothing more is due now: when will it be? Others take another turn. */
    private void lookFurther(
            List<Turn> turns, Map<String, Portion> shares, Map<String, Integer> taken, List<Waiting> next, long soon) {
        Set<String> exhausted = new HashSet<>();
        for (Turn turn : turns) {
            int share = share(shares, turn.group()).count();
            if (share > 0 && taken.getOrDefault(turn.group(), 0) < share) {
                exhausted.add(turn.group());
            }
        }
        putBack(turns.stream().filter(turn -> !exhausted.contains(turn.group())).toList(), soon);
        waiting.add(next);
        for (Waiting one : next) {
            boolean wasHeldBackByBytes = one.weight() > 0
                    && (taken.containsKey(one.group())
                            || one.weight() > share(shares, one.group()).bytes());
            if (one.notBefore() <= soon && !wasHeldBackByBytes) {
                // Still there: another node is claiming it, or has the gate.
                waiting.block(one.group(), soon, 0);
            }
        }
    }

    private void block(List<Turn> turns, Map<String, GateTable.Locked> locked, Map<String, Portion> shares, long now) {
        for (Turn turn : turns) {
            GateTable.Locked gate = locked.get(turn.group());
            int share = share(shares, turn.group()).count();
            if (gate != null && gate.room() <= share) {
                waiting.block(turn.group(), now, gate.nextTokenMs());
            } else if (gate == null && share == 0) {
                starved = true;
            }
        }
    }

    private int room(Turn turn) {
        int room = held.room(turn.kind(), turn.group()).countFrom(turn.weight());
        if (room == 0) {
            starved = true;
        }
        return room;
    }

    private void putBack(List<Turn> turns, long due) {
        List<Waiting> again = new ArrayList<>();
        for (Turn turn : turns) {
            turn.priorities()
                    .forEach(priority ->
                            again.add(new Waiting(turn.group(), turn.kind(), priority, due, turn.weight())));
        }
        waiting.add(again);
    }

    private String prefix() {
        return instance + ":" + claimNumber.incrementAndGet() + ".";
    }
}
