package dev.posthaste.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A node that is about to work on a database, which is told what build it is of.
 *
 * @param instance what it is called in the cluster
 * @param sessions what the database calls its sessions ({@code application_name}), 63 bytes of ASCII at most
 * @param version of its build
 */
public record JoiningNode(String instance, String sessions, String version) {
    /** What is not in the cluster is forgotten after a month: a node that was taken for dead, or has not checked in yet, comes back. */
    private static final String FORGET = """
            delete from posthaste_nodes n
             where joined_at < clock_timestamp() - interval '30 days'
               and not exists (select 1 from qrtz_scheduler_state s where s.instance_name = n.instance_name)
            """;

    void declare(Connection connection, int level) throws SQLException {
        String sql = "insert into posthaste_nodes (instance_name, level, version) values (?, ?, ?)";
        try (Statement forgetting = connection.createStatement();
                PreparedStatement declaring = connection.prepareStatement(sql)) {
            forgetting.execute(FORGET);
            declaring.setString(1, instance);
            declaring.setInt(2, level);
            declaring.setString(3, version);
            declaring.executeUpdate();
        }
    }
}
