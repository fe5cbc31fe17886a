package dev.posthaste.quartz;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this node has claimed and not ended, and how much more it may take: each kind has slots of its own, and a group
 * may hold three quarters of its kind's, so that one receiver that hangs does not stop the others. Thread-safe.
 */
final class Held {
    private final Map<String, Integer> slotsOfKind;
    private final Set<FiredOneShot> firings = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> ofKind = new HashMap<>();
    private final Map<String, Integer> ofGroup = new HashMap<>();

    /** @param slotsOfKind how many of each kind may be in flight */
    Held(Map<String, Integer> slotsOfKind) {
        this.slotsOfKind = Map.copyOf(slotsOfKind);
    }

    synchronized void add(FiredOneShot firing) {
        if (firings.add(firing)) {
            ofKind.merge(firing.kind(), 1, Integer::sum);
            ofGroup.merge(firing.key().group(), 1, Integer::sum);
        }
    }

    synchronized void remove(FiredOneShot firing) {
        if (firings.remove(firing)) {
            ofKind.merge(firing.kind(), -1, Integer::sum);
            ofGroup.computeIfPresent(firing.key().group(), (group, count) -> count == 1 ? null : count - 1);
        }
    }

    /** How many of the group may be taken, as far as this node is concerned. */
    synchronized int room(String kind, String group) {
        int slots = slotsOfKind.getOrDefault(kind, 0);
        int ofThisKind = slots - ofKind.getOrDefault(kind, 0);
        int ofThisGroup = Math.max(1, slots * 3 / 4) - ofGroup.getOrDefault(group, 0);
        return Math.max(0, Math.min(ofThisKind, ofThisGroup));
    }

    /** How many of the kind may be taken. */
    synchronized int roomOfKind(String kind) {
        return Math.max(0, slotsOfKind.getOrDefault(kind, 0) - ofKind.getOrDefault(kind, 0));
    }

    Collection<FiredOneShot> all() {
        return List.copyOf(firings);
    }
}
