package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A node keeps the plans of what it does again and again; they must not depend on what the tables held before. */
class KeptPlansIT {
    private static final int DISTANT = 5_000;
    private static final int DUE = 100;

    /** The planner had been told that no job of the queue is pending: that was a good place to begin. */
    @Test
    void deliveriesReadTheirOwnRowsHoweverMuchElseIsPendingByNow() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                RecordingReceiver receiver = new RecordingReceiver()) {
            for (String table : new String[] {"jobs", "requests", "callbacks"}) {
                database.execute("alter table " + table + " set (autovacuum_enabled = false)");
            }
            long read;
            try (ServerProcess server = ServerProcess.start(ServerProcess.directory("plans"), database.settings())) {
                Api api = server.api();
                for (int i = 0; i < 6; i++) {
                    deliver(api, database, receiver, 1);
                }
                database.execute("vacuum (analyze) jobs, requests, callbacks, queues");
                for (int i = 0; i < 6; i++) {
                    deliver(api, database, receiver, 1);
                }
                for (int pushed = 0; pushed < DISTANT; pushed += 1_000) {
                    api.pushAll(job(receiver, "\"delay\": 86400"), 1_000);
                }
                read = rowsRead(database);
                deliver(api, database, receiver, DUE);
            }

            // Loading, completing, calling back: a handful of rows for each. All that is pending would be 20,000 at
            // once.
            assertThat(rowsRead(database) - read).isLessThan(DISTANT);
        }
    }

    private static void deliver(Api api, TestDatabase database, RecordingReceiver receiver, int count)
            throws SQLException {
        String delivered = "select count(*) from callbacks where status = 'delivered'";
        long before = database.number(delivered);
        api.pushAll(job(receiver, "\"callback_url\": \"" + receiver.url("/callback") + "\""), count);
        await().atMost(Duration.ofSeconds(60)).until(() -> database.number(delivered) == before + count);
    }

    private static String job(RecordingReceiver receiver, String more) {
        return "{\"queue\": \"plans\", \"url\": \"" + receiver.url("/hit") + "\", " + more + "}";
    }

    /** Sessions report what they have read after a while, and all of it when they end. */
    private static long rowsRead(TestDatabase database) throws SQLException {
        return database.number("""
                select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables
                 where relname in ('jobs', 'requests', 'queues')
                """);
    }
}
