package dev.posthaste.prometheus;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * As what queues stand on the page: by their names, those of all teams together, up to a bound. Names come from clients, and
 * each is kept by whoever scrapes for as long as he keeps anything. Thread-safe.
 */
final class QueueLabels {
    static final String OTHER = "other";

    /** What belongs to no queue. */
    static final String NONE = "none";

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
        if (known.contains(queue)) {
            return queue;
        }
        synchronized (this) {
            if (known.size() < max) {
                known.add(queue);
            }
        }
        return known.contains(queue) ? queue : OTHER;
    }
}
