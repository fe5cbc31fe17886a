package dev.posthaste.quartz;

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
                        shot.due().toEpochMilli()))
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
        Map<String, Integer> shares = shares(turns, locked, most);
        List<Share> wanted = new ArrayList<>();
        for (Turn turn : turns) {
            int share = shares.getOrDefault(turn.group(), 0);
            if (share > 0) {
                turn.priorities().forEach(priority -> wanted.add(new Share(turn.group(), priority, share)));
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

    /** An equal share for each, as far as there is room for it. */
    private Map<String, Integer> shares(List<Turn> turns, Map<String, GateTable.Locked> locked, int most) {
        Map<String, Integer> shares = new HashMap<>();
        Map<String, Integer> roomOfKind = new HashMap<>();
        int left = most;
        int toServe = turns.size();
        for (Turn turn : turns) {
            int kindRoom = roomOfKind.computeIfAbsent(turn.kind(), held::roomOfKind);
            int share = Math.min((left + toServe - 1) / toServe, Math.min(kindRoom, room(turn)));
            GateTable.Locked gate = locked.get(turn.group());
            if (gate != null) {
                share = (int) Math.min(share, gate.room());
            }
            shares.put(turn.group(), share);
            roomOfKind.put(turn.kind(), kindRoom - share);
            left -= share;
            toServe--;
        }
        return shares;
    }

    /** Of a group that gave less than its share nothing more is due now: when will it be? Others take another turn. */
    private void lookFurther(
            List<Turn> turns, Map<String, Integer> shares, Map<String, Integer> taken, List<Waiting> next, long soon) {
        Set<String> exhausted = new HashSet<>();
        for (Turn turn : turns) {
            int share = shares.getOrDefault(turn.group(), 0);
            if (share > 0 && taken.getOrDefault(turn.group(), 0) < share) {
                exhausted.add(turn.group());
            }
        }
        putBack(turns.stream().filter(turn -> !exhausted.contains(turn.group())).toList(), soon);
        waiting.add(next);
        for (Waiting one : next) {
            if (one.notBefore() <= soon) {
                // Still there: another node is claiming it, or has the gate.
                waiting.block(one.group(), soon, 0);
            }
        }
    }

    private void block(List<Turn> turns, Map<String, GateTable.Locked> locked, Map<String, Integer> shares, long now) {
        for (Turn turn : turns) {
            GateTable.Locked gate = locked.get(turn.group());
            if (gate != null && gate.room() <= shares.getOrDefault(turn.group(), 0)) {
                waiting.block(turn.group(), now, gate.nextTokenMs());
            } else if (gate == null && shares.getOrDefault(turn.group(), 0) == 0) {
                starved = true;
            }
        }
    }

    private int room(Turn turn) {
        int room = held.room(turn.kind(), turn.group());
        if (room == 0) {
            starved = true;
        }
        return room;
    }

    private void putBack(List<Turn> turns, long due) {
        List<Waiting> again = new ArrayList<>();
        for (Turn turn : turns) {
            turn.priorities().forEach(priority -> again.add(new Waiting(turn.group(), turn.kind(), priority, due)));
        }
        waiting.add(again);
    }

    private String prefix() {
        return instance + ":" + claimNumber.incrementAndGet() + ".";
    }
}
