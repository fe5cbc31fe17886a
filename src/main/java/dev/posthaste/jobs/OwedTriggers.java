package dev.posthaste.jobs;

import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShotKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which triggers there should be of one kind of things: what is pending has one, and nothing else. The connection, and so the
 * transaction, is the caller's. Thread-safe.
 */
public interface OwedTriggers {
    /** How far things have been looked at: in the order of {@code group}, then of their ids. */
    record Position(long group, long id) {
        /** The row at which a look begins that has no position. */
        public static final Position START = new Position(0, 0);
    }

    /**
     * Some of what is pending.
     *
     * @param upTo where the next page begins, null after the last one
     */
    record Page(List<OneShotKey> pending, @Nullable Position upTo) {}

    /**
     * What is pending behind a position; looks at no more than {@code max} of the things, and so may find fewer.
     *
     * @param after null for all
     */
    Page pendingAfter(Connection connection, @Nullable Position after, int max) throws SQLException;

    /** What should send those of the things that are pending; nobody changes these until the transaction ends. */
    List<OneShot> hold(Connection connection, Collection<Long> ids) throws SQLException;

    /** The triggers of those of the things that are pending. */
    Set<OneShotKey> wanted(Connection connection, Collection<Long> ids) throws SQLException;
}
