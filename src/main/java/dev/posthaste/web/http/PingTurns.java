package dev.posthaste.web.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Pings that are taken at the same time: a few, because each holds a connection to the database while it waits for its cron's
 * row, and those that wait for one row must leave some to all others. Thread-safe.
 */
public final class PingTurns {
    static final int MAX = 6;
    static final int MAX_OF_SECRET = 2;

    private final Semaphore turns = new Semaphore(MAX, true);
    private final Map<ByteBuffer, Integer> taking = new ConcurrentHashMap<>();
    private final Duration patience;

    /** @param patience how long a ping waits for its turn */
    public PingTurns(Duration patience) {
        this.patience = patience;
    }

    /** A ping that is being taken; closing it gives its turn to another. */
    public interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Waits for a turn.
     *
     * @param sha256 of the ping's secret
     * @throws ApiException 429 when others with the secret are waiting, 503 when no turn comes
     */
    public Turn take(byte[] sha256) throws InterruptedException {
        ByteBuffer digest = ByteBuffer.wrap(sha256);
        if (taking.merge(digest, 1, Integer::sum) > MAX_OF_SECRET) {
            leave(digest);
            throw ApiException.tooMany("Pings of this URL are waiting. Try again.", 1);
        }
        boolean hasTurn = false;
        try {
            hasTurn = turns.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            if (!hasTurn) {
                leave(digest);
            }
        }
        if (!hasTurn) {
            throw ApiException.unavailable("Too many pings are waiting. Try again.");
        }
        return () -> {
            turns.release();
            leave(digest);
        };
    }

    private void leave(ByteBuffer digest) {
        taking.computeIfPresent(digest, (any, count) -> count == 1 ? null : count - 1);
    }
}
