package dev.posthaste.oneshots;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one place that knows what this node has claimed and what has become of it, and so how much more it may take. Each kind
 * has slots and bytes of its own. A group may hold three quarters of its kind's, so that one receiver that hangs does not
 * stop the others.
 *
 * <p>A firing is held from the commit of its claim until the database has been told how it ended: it is claimed, then
 * begun, and goes when its outcome is recorded; or it is to be returned, and goes when it waits again. The claims' life is
 * drawn in {@code docs/lifecycle.md}. Thread-safe.
 */
final class Held {
    private static final Capacity NONE = new Capacity(0, 0);

    private enum State {
        CLAIMED,
        BEGUN,
        RETURNING
    }

    /** @param back how one that is being returned goes back */
    private record Holding(State state, Return back) {
        private static final Holding CLAIMED = new Holding(State.CLAIMED, Return.AT_ONCE);
        private static final Holding BEGUN = new Holding(State.BEGUN, Return.AT_ONCE);
    }

    private final Map<String, Capacity> capacities;
    private final Map<ClaimedOneShot, Holding> firings = new HashMap<>();
    private final Map<String, Load> ofKind = new HashMap<>();
    private final Map<String, Load> ofGroup = new HashMap<>();
    private int begun;
    private boolean closed;

    /** So many firings, and what they weigh together. */
    private record Load(int count, long bytes) {
        private static final Load EMPTY = new Load(0, 0);

        Load plus(int more, long weight) {
            return new Load(count + more, bytes + weight);
        }
    }

    /**
     * How much may be taken.
     *
     * @param bytes what those that weigh something may weigh together
     * @param isEmpty whether nothing that weighs anything is held: then one may weigh more than there is room for
     */
    record Room(int count, long bytes, boolean isEmpty) {
        boolean fits(int weight) {
            return weight == 0 || weight <= bytes || isEmpty;
        }
    }

    /** @param capacities of each kind */
    Held(Map<String, Capacity> capacities) {
        this.capacities = Map.copyOf(capacities);
    }

    /** The claim is committed. */
    synchronized void claimed(Collection<ClaimedOneShot> claim) {
        for (ClaimedOneShot firing : claim) {
            if (firings.putIfAbsent(firing, Holding.CLAIMED) == null) {
                change(firing, 1);
            }
        }
    }

    /** Whether the firing may begin: it is held, was not begun before, and the node is not stopping. */
    synchronized boolean begin(ClaimedOneShot firing) {
        if (closed || !firings.replace(firing, Holding.CLAIMED, Holding.BEGUN)) {
            return false;
        }
        begun++;
        return true;
    }

    /** The firings are to wait again; they are held until the database knows. */
    synchronized void returning(Collection<ClaimedOneShot> those, Return back) {
        Holding returning = new Holding(State.RETURNING, back);
        those.forEach(firing -> left(firings.replace(firing, returning)));
    }

    /** The same of those that have not begun by now, and only of these; returns which they were. */
    synchronized List<ClaimedOneShot> returningUnbegun(Collection<ClaimedOneShot> those, Return back) {
        Holding returning = new Holding(State.RETURNING, back);
        return those.stream()
                .filter(firing -> firings.replace(firing, Holding.CLAIMED, returning))
                .toList();
    }

    /** The database knows that the firing has ended, or that it waits again. */
    synchronized void gone(ClaimedOneShot firing) {
        Holding held = firings.remove(firing);
        if (held != null) {
            change(firing, -1);
            left(held);
        }
    }

    private void left(@Nullable Holding held) {
        if (held != null && held.state() == State.BEGUN) {
            begun--;
            notifyAll();
        }
    }

    private void change(ClaimedOneShot firing, int by) {
        change(ofKind, firing.kind(), by, (long) by * firing.weight());
        change(ofGroup, firing.key().group(), by, (long) by * firing.weight());
    }

    private static void change(Map<String, Load> loads, String name, int count, long bytes) {
        loads.compute(name, (ignored, load) -> {
            Load changed = (load == null ? Load.EMPTY : load).plus(count, bytes);
            return changed.count() == 0 ? null : changed;
        });
    }

    /** How much of the group may be taken, as far as this node is concerned. */
    synchronized Room room(String kind, String group) {
        Capacity capacity = capacities.getOrDefault(kind, NONE);
        Room kindRoom = roomOfKind(kind);
        Load groupLoad = ofGroup.getOrDefault(group, Load.EMPTY);
        int slots = Math.max(1, capacity.slots() * 3 / 4) - groupLoad.count();
        long bytes = capacity.bytes() / 4 * 3 - groupLoad.bytes();
        return new Room(
                Math.max(0, Math.min(kindRoom.count(), slots)),
                Math.max(0, Math.min(kindRoom.bytes(), bytes)),
                kindRoom.isEmpty());
    }

    /**
     * How many bytes others must leave so that the group's next one can be taken, which weighs so much: all of them for one
     * that fires only when it is alone; none while it is the group's own that are in its way.
     */
    synchronized long toKeep(String kind, String group, int weight) {
        long all = capacities.getOrDefault(kind, NONE).bytes();
        long max = all / 4 * 3;
        long own = ofGroup.getOrDefault(group, Load.EMPTY).bytes();
        if (weight <= max - own) {
            return weight;
        }
        return own == 0 ? all : 0;
    }

    /** How much of the kind may be taken. */
    synchronized Room roomOfKind(String kind) {
        Capacity capacity = capacities.getOrDefault(kind, NONE);
        Load load = ofKind.getOrDefault(kind, Load.EMPTY);
        return new Room(
                Math.max(0, capacity.slots() - load.count()),
                Math.max(0, capacity.bytes() - load.bytes()),
                load.bytes() == 0);
    }

    /** Those of the firings that this node does not know of. */
    synchronized List<ClaimedOneShot> unknownAmong(Collection<ClaimedOneShot> stored) {
        return stored.stream().filter(firing -> !firings.containsKey(firing)).toList();
    }

    /** What is to wait again and is not known to the database yet, by how it goes back. */
    synchronized Map<Return, List<ClaimedOneShot>> returning() {
        Map<Return, List<ClaimedOneShot>> returning = new HashMap<>();
        firings.forEach((firing, held) -> {
            if (held.state() == State.RETURNING) {
                returning
                        .computeIfAbsent(held.back(), ignored -> new ArrayList<>())
                        .add(firing);
            }
        });
        return returning;
    }

    /** Whether anything is to wait again and is not known to the database yet. */
    synchronized boolean owesAny() {
        return firings.values().stream().anyMatch(held -> held.state() == State.RETURNING);
    }

    /** What has been claimed and has not begun. */
    synchronized List<ClaimedOneShot> notBegun() {
        return firings.entrySet().stream()
                .filter(entry -> entry.getValue().state() == State.CLAIMED)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** How many have begun and have not ended. */
    synchronized int begun() {
        return begun;
    }

    /** Nothing begins any more. */
    synchronized void close() {
        closed = true;
    }

    /** Waits until all that have begun have ended, at most for {@code bound}; false when some have not. */
    synchronized boolean awaitNoneBegun(Duration bound) throws InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (begun > 0) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
