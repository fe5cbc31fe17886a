package dev.posthaste.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.apache.tomcat.jdbc.pool.PoolExhaustedException;

/**
 * Whether the database answers and can be written to, for who asks often: one thread looks, twice a second, and who asks gets
 * what it saw last. Connections that are all in use are no sign that it does not. Thread-safe.
 */
public final class DatabaseWatch implements AutoCloseable {
    /** Longer than a call waits for a connection: whoever found none by then is told so by the pool. */
    private static final Duration MUTE_AFTER = Duration.ofSeconds(6);

    private static final int PATIENCE_MS = 3_000;

    private final DataSource database;
    private final Duration interval;
    private final LongSupplier nanoTime;
    private final Semaphore closed = new Semaphore(0);
    private volatile boolean lastAnswered = true;
    private volatile boolean isLooking;
    private volatile long lookedAtNanos;

    /**
     * One that trusts the database until it has looked.
     *
     * @param nanoTime the machine's steady clock
     */
    public DatabaseWatch(DataSource database, Duration interval, LongSupplier nanoTime) {
        this.database = database;
        this.interval = interval;
        this.nanoTime = nanoTime;
    }

    /** Begins to look. */
    public void start() {
        Thread watch = new Thread(this::run, "posthaste-database-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /** Costs nothing. */
    public boolean answers() {
        return lastAnswered && !(isLooking && nanoTime.getAsLong() - lookedAtNanos > MUTE_AFTER.toNanos());
    }

    /** Looks no more, from the next look on. */
    @Override
    public void close() {
        closed.release();
    }

    private void run() {
        try {
            do {
                look();
            } while (!closed.tryAcquire(interval.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One look. On a connection that the network has forgotten it ends soon, and the next one has another. */
    @SuppressWarnings("IllegalCatch") // Whatever it is, the next look is taken.
    void look() {
        lookedAtNanos = nanoTime.getAsLong();
        isLooking = true;
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            int usualMs = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, PATIENCE_MS);
            try {
                statement.execute(ConnectionPools.IS_WRITABLE);
                lastAnswered = true;
            } finally {
                // A server that only refuses keeps its connection, and others wait longer on it.
                if (!connection.isClosed()) {
                    connection.setNetworkTimeout(Runnable::run, usualMs);
                }
            }
        } catch (PoolExhaustedException e) {
            // Whether it answers is as it was: those who have the connections find out.
        } catch (SQLException | RuntimeException | Error e) {
            lastAnswered = false;
        } finally {
            isLooking = false;
        }
    }
}
