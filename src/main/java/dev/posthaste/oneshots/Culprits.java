package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Does something with many firings in the caller's transaction, so that one with which it cannot be done keeps back no other:
 * those are found by halves, and set aside. Thread-safe: holds no state.
 */
final class Culprits {
    private final Predicate<Exception> isFaultOfOne;

    /** @param isFaultOfOne whether a failure is that of one of them, not the database's */
    Culprits(Predicate<Exception> isFaultOfOne) {
        this.isFaultOfOne = isFaultOfOne;
    }

    /** What is done; undone and done again with fewer when it throws. */
    interface Work {
        void with(List<ClaimedOneShot> some) throws SQLException;
    }

    /**
     * Does it with all but those that are at fault.
     *
     * @param aside is told of these
     * @throws SQLException when it is the database that is at fault
     */
    void setAside(
            Connection connection, List<ClaimedOneShot> all, Work work, BiConsumer<ClaimedOneShot, Exception> aside)
            throws SQLException {
        if (all.isEmpty()) {
            return;
        }
        Savepoint before = connection.setSavepoint();
        try {
            work.with(all);
        } catch (SQLException | RuntimeException e) {
            if (!isFaultOfOne.test(e)) {
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
