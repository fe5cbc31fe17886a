package dev.posthaste.ops;

import com.codahale.metrics.health.HealthCheck;
import dev.posthaste.postgres.ConnectionPools;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** Whether the database answers. */
public final class DatabaseHealthCheck extends HealthCheck {
    private final DataSource database;
    private final Supplier<Optional<String>> trouble;

    /**
     * Takes a connection for each check.
     *
     * @param trouble why the database is known not to be there just now, in a sentence
     */
    public DatabaseHealthCheck(DataSource database, Supplier<Optional<String>> trouble) {
        this.database = database;
        this.trouble = trouble;
    }

    @Override
    protected Result check() {
        Optional<String> known = trouble.get();
        if (known.isPresent()) {
            return Result.unhealthy("%s Jobs are refused with 503 until it is back.", known.get());
        }
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
