package dev.posthaste.ops;

import com.codahale.metrics.health.HealthCheck;
import dev.posthaste.postgres.ConnectionPools;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Whether the database answers. */
public final class DatabaseHealthCheck extends HealthCheck {
    private final DataSource database;

    /** Takes a connection for each check. */
    public DatabaseHealthCheck(DataSource database) {
        this.database = database;
    }

    @Override
    protected Result check() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(ConnectionPools.IS_WRITABLE);
            return Result.healthy();
        } catch (SQLException e) {
            return Result.unhealthy(
                    "The database does not answer, or is read-only: %s. Jobs are refused with 503 until it does.",
                    e.getMessage());
        }
    }
}
