package dev.posthaste.postgres;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;

/**
 * Tells the migrations of one build from those of another. A database carries that of the last build which migrated it, as
 * the comment of the changelog's table: where it is ours, Liquibase, which takes a second to find nothing to do, is left alone.
 *
 * @param text what stands in the comment
 */
record SchemaFingerprint(String text) {
    /** That of these files' contents. */
    static SchemaFingerprint of(List<byte[]> contents) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            contents.forEach(digest::update);
            return new SchemaFingerprint("sha256:" + HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Whether the database was last migrated by a build with the same migrations. */
    boolean isOn(Connection connection) throws SQLException {
        String sql = "select obj_description(to_regclass('" + Changelog.TABLE + "'), 'pg_class')";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return text.equals(row.getString(1));
        }
    }

    /** Leaves it on a database that is up to date. */
    void put(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("comment on table " + Changelog.TABLE + " is '" + text + "'");
        }
    }
}
