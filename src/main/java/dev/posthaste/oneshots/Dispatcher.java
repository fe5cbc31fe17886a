package dev.posthaste.oneshots;

import dev.posthaste.oneshots.Backlog.Claimed;
import dev.posthaste.oneshots.Backlog.Claims;
import dev.posthaste.oneshots.Backlog.Share;
import dev.posthaste.oneshots.FairShares.Portion;
import dev.posthaste.oneshots.WaitingGroups.Turn;
import dev.posthaste.oneshots.WaitingGroups.Waiting;
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
    private static final int MAX_GROUPS = 64;

    /** How many heavy ones that do not fit are passed over for light ones behind them. */
    private static final int LOOK_BEHIND_HEAVY = 64;

    private final String instance;
    private final WaitingGroups waiting = new WaitingGroups();
    private final KeptRoom rooms;
    private final Trace trace;
    private final AtomicLong claimNumber = new AtomicLong();
    private volatile long settledClaim;
    private volatile boolean anyGate = true;
    private volatile boolean starved;

    /** @param instance begins the names of this node's claims */
    Dispatcher(String instance, Held held, Trace trace) {
        this.instance = instance;
        this.rooms = new KeptRoom(held);
        this.trace = trace;
    }

    void announce(Collection<OneShot> committed) {
        committed.stream().map(shot -> shot.key().group()).distinct().forEach(waiting::hasNew);
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
    void discover(Backlog backlog) throws SQLException {
        anyGate = backlog.hasGates();
        waiting.passOver(anyGate ? backlog.paused() : Set.of());
        waiting.add(backlog.waiting());
    }

    /**
     * Claims what is due by {@code latest}, at most so many. Nothing is held yet: the transaction may fail.
     *
     * @param soon the instant that {@link #next} was asked for: what is left of a group is to be looked at then
     */
    List<ClaimedOneShot> claim(Backlog backlog, long soon, long latest, int max) throws SQLException {
        List<Turn> turns = waiting.takeDue(latest, MAX_GROUPS, rooms);
        if (turns.isEmpty()) {
            return List.of();
        }
        boolean done = false;
        try {
            List<ClaimedOneShot> firings = claim(backlog, turns, soon, latest, max);
            done = true;
            return firings;
        } finally {
            if (!done) {
                putBack(turns, soon);
            }
        }
    }

    /** Tells what keeps a group from being claimed, as far as the next claim would know without the database. */
    void tellObstacle(String group, long now) {
        WaitingGroups.Obstacle obstacle = waiting.obstacle(group, now, rooms);
        if (obstacle != null) {
            trace.sayOfGroup(group, obstacle.reason(), obstacle.sentence());
        }
    }

    /** When to look again, in the database's time. */
    long next(long now) {
        return waiting.next(now, rooms);
    }

    /** A firing is held no longer; true when something may have been waiting for that. */
    boolean hasRoomAgain(ClaimedOneShot firing) {
        boolean wasBlocked = waiting.unblock(firing.key().group());
        if (rooms.wasShort() || starved || wasBlocked) {
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

    private List<ClaimedOneShot> claim(Backlog backlog, List<Turn> turns, long soon, long latest, int max)
            throws SQLException {
        Map<String, LockedGate> locked = lockGates(backlog, turns);
        Map<String, Portion> shares = shares(turns, locked, max);
        List<Share> wanted = new ArrayList<>();
        for (Turn turn : turns) {
            Portion share = share(shares, turn.group());
            if (share.count() > 0) {
                turn.priorities()
                        .forEach(priority -> wanted.add(new Share(
                                turn.group(),
                                priority,
                                share.count(),
                                share.bytes(),
                                share.bytes() < turn.weight() ? LOOK_BEHIND_HEAVY : 0)));
            }
        }
        Claims claimed = wanted.isEmpty() ? Claims.NOTHING : backlog.take(prefix(), latest, wanted, locked.keySet());
        Map<String, Integer> taken = new HashMap<>();
        claimed.taken().forEach(one -> taken.merge(one.firing().key().group(), 1, Integer::sum));
        backlog.letThrough(locked.values(), taken);
        waiting.served(taken);
        claimed.taken().forEach(one -> rooms.taken(one.firing()));
        lookFurther(turns, shares, taken, claimed.next(), soon);
        block(turns, locked, shares, soon);
        return claimed.taken().stream().map(Claimed::firing).toList();
    }

    private Map<String, LockedGate> lockGates(Backlog backlog, List<Turn> turns) throws SQLException {
        if (!anyGate) {
            return Map.of();
        }
        List<String> groups = turns.stream().map(Turn::group).toList();
        return backlog.lockGates(groups).stream().collect(Collectors.toMap(LockedGate::group, gate -> gate));
    }

    private Map<String, Portion> shares(List<Turn> turns, Map<String, LockedGate> locked, int max) {
        return new FairShares(rooms).of(turns, max, group -> {
            LockedGate gate = locked.get(group);
            return gate == null ? Long.MAX_VALUE : gate.room();
        });
    }

    private static Portion share(Map<String, Portion> shares, String group) {
        return shares.getOrDefault(group, Portion.NOTHING);
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
        for (Turn turn : turns) {
            if (!exhausted.contains(turn.group())) {
                // What did not fit is still the first, whatever comes.
                boolean isPassedOver = share(shares, turn.group()).bytes() < turn.weight();
                putBack(List.of(turn), isPassedOver ? 0 : soon);
            }
        }
        waiting.add(next);
        for (Waiting one : next) {
            boolean wasHeldBackByBytes = one.weight() > 0
                    && (taken.containsKey(one.group())
                            || one.weight() > share(shares, one.group()).bytes());
            if (one.weight() > share(shares, one.group()).bytes()) {
                waiting.nothingLight(one.group(), soon);
            }
            if (one.notBefore() <= soon && !wasHeldBackByBytes) {
                // Still there: another node is claiming it, or has the gate.
                waiting.blockByRows(one.group(), soon);
                if (trace.follows(one.group())) {
                    trace.sayOfGroup(
                            one.group(), "others", "passed over, another node is claiming of them or has their gate");
                }
            }
        }
    }

    private void block(List<Turn> turns, Map<String, LockedGate> locked, Map<String, Portion> shares, long now) {
        for (Turn turn : turns) {
            LockedGate gate = locked.get(turn.group());
            int share = share(shares, turn.group()).count();
            if (gate != null && gate.room() <= share) {
                waiting.block(turn.group(), now, gate.nextTokenMs());
                if (gate.room() == 0 && trace.follows(turn.group())) {
                    gate.tell(trace);
                }
            } else if (gate == null && share == 0) {
                starved = true;
            }
        }
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

    /** The claim that {@link #claim} has just made is over: it is held, or has failed as far as anybody knows. */
    void settled() {
        settledClaim = claimNumber.get();
    }

    /** The number of the last claim of which this node knows all that it will. */
    long settledClaim() {
        return settledClaim;
    }

    private String prefix() {
        return instance + ":" + claimNumber.incrementAndGet() + ".";
    }

    /** The number in the name of a claim of this instance. */
    static long numberOf(ClaimedOneShot firing) {
        String claim = firing.claim();
        return Long.parseLong(claim, claim.lastIndexOf(':') + 1, claim.lastIndexOf('.'), 10);
    }
}
