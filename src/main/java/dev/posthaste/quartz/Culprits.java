package dev.posthaste.quartz;

import dev.posthaste.db.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Does something with many firings in the caller's transaction, so that one with which it cannot be done keeps back no other:
 * those are found by halves, and set aside.
 */
final class Culprits {
    private Culprits() {}

    /** What is done; undone and done again with fewer when it throws. */
    interface Work {
        void with(List<FiredOneShot> some) throws SQLException;
    }

    /**
     * Does it with all but those that are at fault.
     *
     * @param aside is told of these
     * @throws SQLException when it is the database that is at fault
     */
    static void setAside(
            Connection connection, List<FiredOneShot> all, Work work, BiConsumer<FiredOneShot, Exception> aside)
            throws SQLException {
        if (all.isEmpty()) {
            return;
        }
        Savepoint before = connection.setSavepoint();
        try {
            work.with(all);
        } catch (SQLException | RuntimeException e) {
            if (!SqlFailure.isOfTheData(e)) {
                throw e;
            }
            connection.rollback(before);
            if (all.size() == 1) {
                aside.accept(all.get(0), e);
            } else {
                setAside(connection, all.subList(0, all.size() / 2), work, aside);
                setAside(connection, all.subList(all.size() / 2, all.size()), work, aside);
            }
        }
        connection.releaseSavepoint(before);
    }
}
