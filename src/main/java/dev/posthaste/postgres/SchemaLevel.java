package dev.posthaste.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * Which builds may work on a database, as it says itself.
 *
 * @param level of the newest build that has migrated it
 * @param oldestBuild the lowest level of a build that may work on it
 */
record SchemaLevel(int level, int oldestBuild) {
    private static final String TABLE = "posthaste_schema";

    /** What the database says; empty before a build that knows of levels has migrated it. */
    static Optional<SchemaLevel> read(Connection connection) throws SQLException {
        if (!Changelog.isThere(connection, TABLE)) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select level, oldest_build from " + TABLE)) {
            return row.next() ? Optional.of(new SchemaLevel(row.getInt(1), row.getInt(2))) : Optional.empty();
        }
    }

    /** Has builds below that level refused from now on. */
    static void refuseBelow(Connection connection, int oldestBuild) throws SQLException {
        if (Changelog.isThere(connection, TABLE)) {
            raise(connection, "oldest_build", oldestBuild);
        }
    }

    /** Notes that a build of that level has migrated the database. */
    static void reach(Connection connection, int level) throws SQLException {
        raise(connection, "level", level);
    }

    private static void raise(Connection connection, String column, int to) throws SQLException {
        String sql = "update " + TABLE + " set " + column + " = greatest(" + column + ", ?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, to);
            statement.executeUpdate();
        }
    }

    /**
     * Lets a build work on a database in which there is something that it does not know.
     *
     * @param build the build's level
     * @param unknown the migrations' ids
     * @throws DatabaseUnusableException when it may not
     */
    void admit(int build, List<String> unknown) {
        if (build < oldestBuild) {
            String what = unknown.isEmpty() ? "its migrations have not ended" : String.join(", ", unknown);
            throw new DatabaseUnusableException("A newer build has changed the schema of the database ("
                    + what + "), and this one, of level " + build
                    + ", does not start on it: that takes level " + oldestBuild
                    + ". Start that build, or one that is newer still; to go back to this one, restore a backup from"
                    + " before.");
        }
    }

    /** An expression that fails, and says why, where a build of that level may not work; to be selected from nothing. */
    static String mustAdmit(int build) {
        return "(select case when oldest_build <= " + build + " then 1"
                + " else ('this build has level " + build + ", the schema takes ' || oldest_build)::int end from "
                + TABLE + ")";
    }
}
