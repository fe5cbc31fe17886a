package dev.posthaste.delivery;

import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.RequestDao;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;

/**
 * Loads the bodies that are too large to be loaded by the claim: the one thread that claims for everybody would read
 * nothing else meanwhile. A few at a time, so that claims and outcomes find connections. Thread-safe.
 */
final class LargeBodies {
    private static final int AT_ONCE = 3;

    private final DataSource database;
    private final RequestDao requests;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    LargeBodies(DataSource database, RequestDao requests) {
        this.database = database;
        this.requests = requests;
    }

    /**
     * The job with its body.
     *
     * @throws IllegalStateException when it could not be loaded: the firing is then made again
     */
    DueJob load(DueJob job) throws InterruptedException {
        turns.acquire();
        try (Connection connection = database.getConnection()) {
            return job.withBody(requests.bodyOf(connection, job.requestId()));
        } catch (SQLException e) {
            throw new IllegalStateException("the body of job " + job.id() + " could not be loaded", e);
        } finally {
            turns.release();
        }
    }
}
