package dev.posthaste.ops;

import dev.posthaste.sql.FreshPlans;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats what the tables need from time to time. Every node does it; the work must bear that. */
public final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    /** A piece of upkeep, in autocommit mode. */
    public interface Task {
        /** Does what is due now; called again after a while whether or not it failed. */
        void run(Connection connection) throws SQLException;
    }

    private final FreshPlans database;
    private final ScheduledThreadPoolExecutor timer;
    private final List<Future<?>> tasks = new CopyOnWriteArrayList<>();

    /**
     * Takes a connection for each run of a task: what is seldom run is planned for the tables as they are.
     *
     * @param name of the thread in which the tasks run one after the other
     */
    public Upkeep(FreshPlans database, String name) {
        this.database = database;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Runs the task after each {@code pause}, from the first pause on. */
    public void repeat(String name, Duration pause, Task task) {
        repeat(name, pause, () -> runOnce(task));
    }

    private void runOnce(Task task) throws SQLException {
        Connection connection = database.openConnection();
        try {
            task.run(connection);
        } finally {
            database.closeConnection(connection);
        }
    }

    /** Runs the task after each {@code pause}, on one node at a time. */
    public void repeatAlone(String name, Duration pause, Task task) {
        repeat(name, pause, () -> runAlone(name, task));
    }

    private interface Work {
        void run() throws SQLException;
    }

    private void repeat(String name, Duration pause, Work work) {
        tasks.add(timer.scheduleWithFixedDelay(
                () -> tryToRun(name, work), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS));
    }

    private static void tryToRun(String name, Work work) {
        try {
            work.run();
        } catch (SQLException | RuntimeException | Error e) {
            // Thrown on, it would be the task's last run.
            LOG.warn("Upkeep of the {} failed and is tried again later: {}", name, e.getMessage());
        }
    }

    /** Runs the task now, unless another node is at it; returns whether it was run. */
    public boolean runAlone(String name, Task task) throws SQLException {
        Connection connection = database.openConnection();
        try {
            if (!ask(connection, "select pg_try_advisory_lock(hashtext(?))", name)) {
                return false;
            }
            try {
                task.run(connection);
                return true;
            } finally {
                ask(connection, "select pg_advisory_unlock(hashtext(?))", name);
            }
        } finally {
            database.closeConnection(connection);
        }
    }

    private static boolean ask(Connection connection, String sql, String name) throws SQLException {
        return Rows.one(connection, sql, values -> values.text("posthaste " + name), row -> row.getBoolean(1));
    }

    /**
     * Runs this task after the one that runs, as the last, and starts no other.
     *
     * @param patience given up after so long
     */
    public void closeAfter(String name, Task last, Duration patience) {
        tasks.forEach(task -> task.cancel(false));
        try {
            timer.submit(() -> tryToRun(name, () -> runOnce(last))).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            // The database hangs, and would hold up the end of this node for as long as a statement may take.
            LOG.debug("The last upkeep of the {} did not end in time", name, e);
            timer.shutdownNow();
            return;
        } catch (ExecutionException e) {
            LOG.debug("The last upkeep of the {} failed", name, e);
        }
        close();
    }

    /** Ends the task that runs, and starts no other. Does not wait: one that waits for the database's answer goes on. */
    public void end() {
        tasks.forEach(task -> task.cancel(true));
        timer.shutdownNow();
    }

    /** Waits for the task that runs, at most for {@code bound}; false when it still does. */
    public boolean awaitEnd(Duration bound) throws InterruptedException {
        return timer.awaitTermination(bound.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends the task that runs, starts no other, and waits a little for it. */
    @Override
    public void close() {
        end();
        try {
            boolean unused = awaitEnd(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
