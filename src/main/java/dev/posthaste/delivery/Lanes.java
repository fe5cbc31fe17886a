package dev.posthaste.delivery;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries that wait for a thread, a lane for each queue: whoever takes the next one takes it of another queue than the
 * last, so that one with hundreds of them does not keep the others waiting. Thread-safe.
 */
final class Lanes {
    private final Map<String, Deque<Runnable>> lanes = new LinkedHashMap<>();

    synchronized void add(String queue, Runnable delivery) {
        lanes.computeIfAbsent(queue, name -> new ArrayDeque<>()).add(delivery);
    }

    /** Takes it back; false when somebody has taken it. */
    synchronized boolean remove(String queue, Runnable delivery) {
        Deque<Runnable> lane = lanes.get(queue);
        if (lane == null || !lane.remove(delivery)) {
            return false;
        }
        if (lane.isEmpty()) {
            lanes.remove(queue);
        }
        return true;
    }

    synchronized boolean isEmpty() {
        return lanes.isEmpty();
    }

    /** Runs the next one; does nothing when none waits. */
    void runNext() {
        Runnable next = take();
        if (next != null) {
            next.run();
        }
    }

    private synchronized @Nullable Runnable take() {
        Iterator<Map.Entry<String, Deque<Runnable>>> first = lanes.entrySet().iterator();
        if (!first.hasNext()) {
            return null;
        }
        Map.Entry<String, Deque<Runnable>> lane = first.next();
        Runnable next = lane.getValue().remove();
        first.remove();
        if (!lane.getValue().isEmpty()) {
            lanes.put(lane.getKey(), lane.getValue());
        }
        return next;
    }
}
