package dev.posthaste.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;

/** What nodes have told of themselves when they joined ({@link JoiningNode}). Whether they live stands elsewhere. */
public final class DeclaredNodes {
    private DeclaredNodes() {}

    /**
     * What one has told.
     *
     * @param version of its build
     */
    public record Declared(String version, Instant joinedAt) {}

    /** All of them, by their names in the cluster. */
    public static Map<String, Declared> read(Connection connection) throws SQLException {
        Map<String, Declared> nodes = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select instance_name, version, joined_at from posthaste_nodes")) {
            while (row.next()) {
                Instant joinedAt =
                        row.getObject("joined_at", OffsetDateTime.class).toInstant();
                nodes.put(row.getString("instance_name"), new Declared(row.getString("version"), joinedAt));
            }
        }
        return nodes;
    }
}
