package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Prepares what a claim has taken, in its transaction. A row that cannot be read, whatever has happened to it, must not undo
 * every claim that it is part of: it becomes an {@link Unprepared}. Used by the scheduler's thread only.
 */
final class Preparation {
    private static final long CAREFUL_NANOS = TimeUnit.MINUTES.toNanos(15);
    private static final int MAX_REMEMBERED = 10_000;

    private final FiringPorts ports;
    private final LongSupplier nanoTime;
    private final Culprits culprits;
    private final Map<OneShotKey, Integer> failures = new LinkedHashMap<>();
    private boolean isCareful;
    private long carefulSince;

    /** @param nanoTime the machine's steady clock */
    Preparation(FiringPorts ports, LongSupplier nanoTime) {
        this.ports = ports;
        this.nanoTime = nanoTime;
        this.culprits = new Culprits(ports::isFaultOfOne);
    }

    /** By key; what needs nothing is missing. */
    Map<OneShotKey, Object> prepare(Connection connection, List<ClaimedOneShot> firings) throws SQLException {
        isCareful = isCareful && nanoTime.getAsLong() - carefulSince < CAREFUL_NANOS;
        Map<OneShotKey, Object> prepared = new HashMap<>();
        if (isCareful) {
            prepareEach(connection, firings, prepared);
        } else {
            try {
                prepared.putAll(ports.prepare(connection, firings));
            } catch (SQLException | RuntimeException e) {
                if (ports.isFaultOfOne(e)) {
                    becomeCareful();
                }
                if (isOfAStatement(e)) {
                    // The transaction has failed with it, and is tried again.
                    throw e;
                }
                prepareEach(connection, firings, prepared);
            }
        }
        if (!failures.isEmpty()) {
            firings.stream()
                    .map(ClaimedOneShot::key)
                    .filter(key -> !(prepared.get(key) instanceof Unprepared))
                    .forEach(failures::remove);
        }
        return prepared;
    }

    private static boolean isOfAStatement(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException) {
                return true;
            }
        }
        return false;
    }

    /** Each claim would pay for the savepoint: only while there is something to be found. */
    private void becomeCareful() {
        isCareful = true;
        carefulSince = nanoTime.getAsLong();
    }

    private void prepareEach(Connection connection, List<ClaimedOneShot> firings, Map<OneShotKey, Object> prepared)
            throws SQLException {
        culprits.setAside(
                connection,
                firings,
                some -> prepared.putAll(ports.prepare(connection, some)),
                (firing, failure) -> prepared.put(firing.key(), new Unprepared(failure, failed(firing.key()))));
    }

    private int failed(OneShotKey key) {
        becomeCareful();
        int times = failures.merge(key, 1, Integer::sum);
        if (failures.size() > MAX_REMEMBERED) {
            failures.remove(failures.keySet().iterator().next());
        }
        return times;
    }
}
