package dev.posthaste.delivery;

import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.CallbackStatus;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of callbacks with each try of this node since its start. Thread-safe. */
public final class CallbackCounts {
    private final Map<CallbackStatus, LongAdder> tries = new EnumMap<>(CallbackStatus.class);

    CallbackCounts() {
        for (CallbackStatus status : CallbackStatus.values()) {
            tries.put(status, new LongAdder());
        }
    }

    void tried(CallbackDao.Try tried) {
        LongAdder known = tries.get(tried.status());
        if (known != null) {
            known.increment();
        }
    }

    /** How many tries left it delivered, failed for good, or pending for another one. */
    public Map<String, Long> byOutcome() {
        Map<String, Long> counts = new TreeMap<>();
        tries.forEach((status, count) -> counts.put(status.contractName(), count.sum()));
        return counts;
    }
}
