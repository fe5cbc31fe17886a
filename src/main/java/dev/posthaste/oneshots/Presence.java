package dev.posthaste.oneshots;

import dev.posthaste.sql.OneTransaction;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session that stands for this node. It checks in, and holds an advisory lock, which the database gives up at the moment
 * at which the process is gone: so others need not wait for the lease. Each session has a lock of its own, so that one of
 * which only the database still knows stands for nobody. Where none can be had, or others would not know this node's other
 * sessions, the lease alone must do. Used by one thread at a time, but for {@link #close}.
 */
final class Presence implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

    /** A lock was waited for in vain: the session is as it was. */
    private static final String LOCK_TIMEOUT = "55P03";

    /** Between two tries to open a session, where there is no room for one, or the try has taken long. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final SessionSource sessions;
    private final String name;
    private final Duration ofNetwork;
    private final Duration ofLocks;
    private final Transactions otherwise;
    private final Runnable whenLost;
    private final LongSupplier nanoTime;
    private @Nullable Long refusedAt;
    private volatile @Nullable Session session;
    private boolean isRefused;
    private boolean isDenied;
    private volatile boolean isClosed;

    /** What a check-in does. */
    interface CheckingIn<T> {
        /**
         * In one transaction, which it neither commits nor rolls back.
         *
         * @param key of the lock that the session holds; null when there is no presence
         */
        T in(Connection connection, @Nullable Long key) throws SQLException;
    }

    private record Session(Connection connection, long key, int process) {}

    /** The database may hand out another session in each transaction, so that a lock would stand for nobody. */
    private static final class SharedSessionException extends SQLException {
        private static final long serialVersionUID = 1L;

        private SharedSessionException() {
            super("the session is shared with others");
        }
    }

    /**
     * Opens nothing yet.
     *
     * @param name what the database is to call the sessions of this node: by it others see whether any is left
     * @param ofNetwork how long an answer is waited for
     * @param ofLocks how long a row is waited for
     * @param otherwise what checks in where no session can be had
     * @param whenLost told when the session has ended, or may have
     * @param nanoTime a clock that nobody sets
     */
    Presence(
            SessionSource sessions,
            String name,
            Duration ofNetwork,
            Duration ofLocks,
            Transactions otherwise,
            Runnable whenLost,
            LongSupplier nanoTime) {
        this.sessions = sessions;
        this.name = name;
        this.ofNetwork = ofNetwork;
        this.ofLocks = ofLocks;
        this.otherwise = otherwise;
        this.whenLost = whenLost;
        this.nanoTime = nanoTime;
    }

    /**
     * Does the work on the session that stands for this node, on a new one when that has ended, or without one.
     *
     * @throws SQLException when it could not be committed, or its answer was lost. A session on which it could not may be kept
     */
    <T> T run(CheckingIn<T> work) throws SQLException {
        Session kept = session;
        if (kept != null) {
            try {
                return on(kept, work);
            } catch (SQLException e) {
                if (LOCK_TIMEOUT.equals(e.getSQLState())) {
                    throw e;
                }
                lose(kept, e);
            }
        }
        Session fresh = isDenied || isClosed || isPausing() ? null : tryToOpen();
        return fresh == null ? otherwise.run(connection -> work.in(connection, null)) : on(fresh, work);
    }

    private <T> T on(Session one, CheckingIn<T> work) throws SQLException {
        Transactions transactions = new ShortWaits(inSession(one.connection()), ofLocks);
        return transactions.run(connection -> {
            sessions.look(connection);
            if (process(connection) != one.process()) {
                deny("Something between this node and the database shares sessions among connections");
                throw new SharedSessionException();
            }
            return work.in(connection, one.key());
        });
    }

    private static Transactions inSession(Connection connection) {
        return new Transactions() {
            @Override
            public <T> T run(Transactions.Work<T> work) throws SQLException {
                return OneTransaction.on(connection, work::in);
            }
        };
    }

    private @Nullable Session tryToOpen() {
        Connection opened = null;
        long began = nanoTime.getAsLong();
        try {
            opened = sessions.open();
            opened.setNetworkTimeout(Runnable::run, Math.toIntExact(ofNetwork.toMillis()));
            String called = called(opened);
            if (!called.equals(name)) {
                close(opened);
                deny("The database's URL, or something between, calls this node's sessions " + called + " in place of "
                        + name);
                return null;
            }
            Session made = held(opened);
            session = made;
            refusedAt = null;
            isRefused = false;
            return made;
        } catch (SQLException e) {
            close(opened);
            refused(e, began);
            return null;
        } catch (RuntimeException | Error e) {
            close(opened);
            throw e;
        }
    }

    /** A database that has no room for a session, or does not answer, is not asked at each check-in. */
    private boolean isPausing() {
        return refusedAt != null && nanoTime.getAsLong() - refusedAt < PAUSE.toNanos();
    }

    /** Class 53 of PostgreSQL, insufficient resources. Whatever else is soon told may be over at the next check-in. */
    private static boolean hasNoRoom(SQLException why) {
        return String.valueOf(why.getSQLState()).startsWith("53");
    }

    private void refused(SQLException why, long began) {
        if (!isRefused) {
            LOG.info(
                    "No session could be opened that stands for this node, and its lease alone must do until there is one: {}",
                    why.getMessage());
        } else {
            LOG.debug("No session could be opened that stands for this node", why);
        }
        isRefused = true;
        long now = nanoTime.getAsLong();
        refusedAt = hasNoRoom(why) || now - began > LONG_NANOS ? now : null;
    }

    /** As others see it, who look whether a node whose presence has ended has any session left. */
    private static String called(Connection connection) throws SQLException {
        String sql = "select coalesce(application_name, '') from pg_stat_activity where pid = pg_backend_pid()";
        return Rows.one(connection, sql, values -> {}, row -> row.getString(1));
    }

    /** Nobody else can have a lock that nobody knows of yet. */
    private static Session held(Connection connection) throws SQLException {
        long key = ThreadLocalRandom.current().nextLong();
        String sql = "select pg_backend_pid(), pg_advisory_lock(?)";
        return new Session(
                connection, key, Rows.one(connection, sql, values -> values.number(key), row -> row.getInt(1)));
    }

    private static int process(Connection connection) throws SQLException {
        return Rows.one(connection, "select pg_backend_pid()", values -> {}, row -> row.getInt(1));
    }

    private void deny(String why) {
        isDenied = true;
        LOG.warn("{}, so that none can stand for the node: when it dies, others wait for its lease", why);
    }

    private void lose(Session lost, SQLException why) {
        session = null;
        whenLost.run();
        LOG.info("The session that stood for this node has ended: {}", why.getMessage());
        close(lost.connection());
    }

    /** Ends the session, after which others need not wait for this node. */
    @Override
    public void close() {
        isClosed = true;
        Session last = session;
        session = null;
        if (last != null) {
            close(last.connection());
        }
    }

    private static void close(@Nullable Connection connection) {
        if (connection == null) {
            return;
        }
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A session could not be closed", e);
        }
    }
}
