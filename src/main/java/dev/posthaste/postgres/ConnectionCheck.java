package dev.posthaste.postgres;

import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.tomcat.jdbc.pool.PooledConnection;
import org.apache.tomcat.jdbc.pool.Validator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a new connection its settings, and asks one of before whether it still serves, for a few seconds: one that the network
 * has forgotten answers nothing, and nobody is to wait for it as long as for a statement. Thread-safe.
 */
final class ConnectionCheck implements Validator {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionCheck.class);

    private static final long SELDOM_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String settings;
    private final String question;
    private final int patienceMs;
    private final Runnable forgetIdle;
    private final AtomicLong toldAtNanos = new AtomicLong(System.nanoTime() - SELDOM_NANOS);

    /**
     * @param settings the first statement of a connection, which also fails on one that is not to be used
     * @param question a statement that fails on one that is not to be used
     * @param forgetIdle the connections that idle beside one without an answer: the network has most likely forgotten them too
     */
    ConnectionCheck(String settings, String question, int patienceMs, Runnable forgetIdle) {
        this.settings = settings;
        this.question = question;
        this.patienceMs = patienceMs;
        this.forgetIdle = forgetIdle;
    }

    @Override
    public boolean validate(Connection connection, int action) {
        try {
            int usualMs = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, patienceMs);
            try (Statement statement = connection.createStatement()) {
                statement.execute(action == PooledConnection.VALIDATE_INIT ? settings : question);
            }
            connection.setNetworkTimeout(Runnable::run, usualMs);
            return true;
        } catch (SQLException e) {
            tell(action, e);
            if (e.getCause() instanceof SocketTimeoutException) {
                forgetIdle.run();
            }
            return false;
        }
    }

    /** That an old one does not serve any more is usual; why a new one does not is lost in the pool. */
    private void tell(int action, SQLException reason) {
        long told = toldAtNanos.get();
        long now = System.nanoTime();
        if (action == PooledConnection.VALIDATE_INIT
                && now - told >= SELDOM_NANOS
                && toldAtNanos.compareAndSet(told, now)) {
            LOG.warn("The database gives connections that cannot be used: {}", reason.getMessage());
        } else {
            LOG.debug("A connection is not used", reason);
        }
    }
}
