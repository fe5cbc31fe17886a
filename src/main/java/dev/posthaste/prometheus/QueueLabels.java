package dev.posthaste.prometheus;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * As what queues stand on the page: by their names, those of all teams together, up to a bound. Names come from clients, and
 * each is kept by whoever scrapes for as long as he keeps anything. A name that begins with a bracket is shown with a second
 * one, so that no queue is taken for what stands in brackets here. Thread-safe.
 */
final class QueueLabels {
    /** All that have no name of their own here. */
    static final String OTHER = "(other)";

    /** What belongs to no queue. */
    static final String NONE = "(none)";

    private static final String BRACKET = "(";

    private final int max;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** @param max so many have a name of their own, the first that came */
    QueueLabels(int max) {
        this.max = max;
    }

    String of(@Nullable String queue) {
        if (queue == null) {
            return NONE;
        }
        return isKnown(queue) ? shown(queue) : OTHER;
    }

    private boolean isKnown(String queue) {
        if (known.contains(queue)) {
            return true;
        }
        synchronized (this) {
            if (known.size() < max) {
                known.add(queue);
            }
        }
        return known.contains(queue);
    }

    private static String shown(String queue) {
        return queue.startsWith(BRACKET) ? BRACKET + queue : queue;
    }
}
