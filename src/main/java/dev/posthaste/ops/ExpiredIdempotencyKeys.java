package dev.posthaste.ops;

import dev.posthaste.intake.IdempotencyDao;
import java.sql.Connection;
import java.sql.SQLException;

/** Removes idempotency keys that are older than their 24 hours, in small batches. */
public final class ExpiredIdempotencyKeys implements Upkeep.Task {
    private static final int BATCH = 1_000;

    private final IdempotencyDao keys;

    /** Removes through the table's owner. */
    public ExpiredIdempotencyKeys(IdempotencyDao keys) {
        this.keys = keys;
    }

    @Override
    public void run(Connection connection) throws SQLException {
        // Each batch is a transaction of its own: nobody waits for long.
        int removed;
        do {
            removed = keys.removeExpired(connection, BATCH);
        } while (removed == BATCH && !Thread.currentThread().isInterrupted());
    }
}
