package dev.posthaste.quartz;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this node has claimed and not ended, and how much more it may take: each kind has slots and bytes of its own, and a
 * group may hold three quarters of its kind's, so that one receiver that hangs does not stop the others. Thread-safe.
 */
final class Held {
    private static final Capacity NONE = new Capacity(0, 0);

    private final Map<String, Capacity> capacities;
    private final Set<FiredOneShot> firings = ConcurrentHashMap.newKeySet();
    private final Map<String, Load> ofKind = new HashMap<>();
    private final Map<String, Load> ofGroup = new HashMap<>();

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
        /** How many may be taken of which the first weighs so much. */
        int countFrom(int weight) {
            return fits(weight) ? count : 0;
        }

        boolean fits(int weight) {
            return weight == 0 || weight <= bytes || isEmpty;
        }
    }

    /** @param capacities of each kind */
    Held(Map<String, Capacity> capacities) {
        this.capacities = Map.copyOf(capacities);
    }

    synchronized void add(FiredOneShot firing) {
        if (firings.add(firing)) {
            change(firing, 1);
        }
    }

    synchronized void remove(FiredOneShot firing) {
        if (firings.remove(firing)) {
            change(firing, -1);
        }
    }

    private void change(FiredOneShot firing, int by) {
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

    /** How much of the kind may be taken. */
    synchronized Room roomOfKind(String kind) {
        Capacity capacity = capacities.getOrDefault(kind, NONE);
        Load load = ofKind.getOrDefault(kind, Load.EMPTY);
        return new Room(
                Math.max(0, capacity.slots() - load.count()),
                Math.max(0, capacity.bytes() - load.bytes()),
                load.bytes() == 0);
    }

    Collection<FiredOneShot> all() {
        return List.copyOf(firings);
    }
}
