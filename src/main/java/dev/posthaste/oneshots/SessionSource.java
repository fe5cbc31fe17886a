package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens sessions of the database that nobody else uses. Thread-safe. */
public interface SessionSource {
    /**
     * A new one, in autocommit mode, named after the node; its caller closes it.
     *
     * @throws SQLException when the database is away, or has no room for another session
     */
    Connection open() throws SQLException;

    /**
     * Looks whether a session that was opened may still be used, in each transaction before anything else.
     *
     * @throws SQLException when it may not
     */
    default void look(Connection session) throws SQLException {}
}
