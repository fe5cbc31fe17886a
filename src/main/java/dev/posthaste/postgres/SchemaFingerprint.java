package dev.posthaste.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells the migrations of one build from those of another. A database carries that of the last build which migrated it, as
 * the comment of the changelog's table: where it is ours, Liquibase, which takes a second to find nothing to do, is left alone.
 *
 * @param text what stands in the comment
 */
record SchemaFingerprint(String text) {
    private static final Pattern FILE = Pattern.compile("file=\"([^\"]+)\"");

    /** That of the migrations in this build: of the changelog and of the files that it names. */
    static SchemaFingerprint of(String changelog) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] list = read(changelog);
            digest.update(list);
            Matcher files = FILE.matcher(new String(list, StandardCharsets.UTF_8));
            while (files.find()) {
                digest.update(read(files.group(1)));
            }
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

    private static byte[] read(String resource) {
        try (InputStream content = SchemaFingerprint.class.getClassLoader().getResourceAsStream(resource)) {
            if (content == null) {
                throw new IllegalStateException("the migrations' file " + resource + " is missing");
            }
            return content.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("the migrations' file " + resource + " cannot be read", e);
        }
    }
}
