package dev.posthaste.jobs;

import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * What is left of queues that were deleted: their finished jobs stand among the others until retention has removed them, and
 * nobody may see them. There may be a million, so that whoever passes them over looks at a bounded number.
 */
final class RemovedQueues {
    /** That the queue {@code queue_id} of what is looked at is none of these. */
    static final String NOT_OF_ONE = "queue_id not in (select w.id from removed_queues w)";

    private RemovedQueues() {}

    /** Whether there is any. Mostly there is none, and nothing has to be passed over. */
    static boolean areThere(Connection connection) throws SQLException {
        return Rows.one(
                connection,
                "select exists (select 1 from removed_queues) as any_left",
                Parameters.NONE,
                row -> row.getBoolean("any_left"));
    }
}
