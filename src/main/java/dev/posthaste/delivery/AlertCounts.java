package dev.posthaste.delivery;

import dev.posthaste.alerts.AlertMessageDao;
import dev.posthaste.jobs.CallbackStatus;
import java.util.concurrent.atomic.LongAdder;

/** How much this node has alerted since its start, for its metrics. Thread-safe. */
public final class AlertCounts {
    private final LongAdder crossings = new LongAdder();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** Where an attempt has ended because its node died, this is told before the commit, and again when that is repeated. */
    void crossed(long more) {
        crossings.add(more);
    }

    void tried(AlertMessageDao.Try tried) {
        (tried.status() == CallbackStatus.DELIVERED ? delivered : failed).increment();
    }

    /** What users were to be told: warnings, failures and recoveries, each counted. */
    public long crossings() {
        return crossings.sum();
    }

    /** Messages that were taken. */
    public long delivered() {
        return delivered.sum();
    }

    /** Tries of messages that were not. */
    public long failedTries() {
        return failed.sum();
    }
}
