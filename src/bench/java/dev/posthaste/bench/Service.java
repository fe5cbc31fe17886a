package dev.posthaste.bench;

import java.sql.SQLException;

/**
 * The server that the measures share, so that it is as warm as one that has been running for a while. Each measure finds
 * it with empty tables.
 *
 * @param server with the default number of slots
 * @param database that it works on
 */
record Service(ServerProcess server, PooledDatabase database) implements AutoCloseable {
    static Service start(BenchDatabase databases) throws Exception {
        PooledDatabase database = databases.create("server_posthaste");
        return new Service(ServerProcess.start("server", database, 1_024), database);
    }

    /** Takes away what former measures have left; queues stay, the server knows them. */
    void empty() throws SQLException {
        database.execute("truncate requests, jobs, runs, callbacks, idempotency_keys, queue_counts, qrtz_triggers,"
                + " qrtz_fired_triggers, qrtz_fired_one_shots");
    }

    @Override
    public void close() {
        server.close();
    }
}
