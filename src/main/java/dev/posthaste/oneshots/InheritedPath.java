package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What a scheduler fires beside one-shots, on the same database and by ways of its own. Thread-safe; a connection is not. */
public interface InheritedPath {
    /** There is nothing. */
    InheritedPath NONE = new InheritedPath() {
        @Override
        public long nextDue(Connection connection) {
            return Long.MAX_VALUE;
        }

        @Override
        public void recover(Connection connection, List<String> dead) {}
    };

    /** When the earliest of it is due, in milliseconds since 1970; {@link Long#MAX_VALUE} for none. */
    long nextDue(Connection connection) throws SQLException;

    /** Takes over what the dead nodes had on it, and removes them from the members. */
    void recover(Connection connection, List<String> dead) throws SQLException;
}
