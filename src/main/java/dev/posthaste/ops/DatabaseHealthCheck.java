package dev.posthaste.ops;

import com.codahale.metrics.health.HealthCheck;
import dev.posthaste.postgres.ConnectionPools;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** Whether the database answers. */
public final class DatabaseHealthCheck extends HealthCheck {
    private final DataSource database;
    private final Supplier<Optional<String>> trouble;
    private final BooleanSupplier answers;

    /**
     * Takes a connection for each check, unless it is known that it would be in vain.
     *
     * @param trouble why the database is known not to be there just now, in a sentence
     * @param answers whether it did a moment ago
     */
    public DatabaseHealthCheck(DataSource database, Supplier<Optional<String>> trouble, BooleanSupplier answers) {
        this.database = database;
        this.trouble = trouble;
        this.answers = answers;
    }

    @Override
    protected Result check() {
        Optional<String> known = trouble.get();
        if (known.isPresent()) {
            return Result.unhealthy("%s Jobs are refused with 503 until it is back.", known.get());
        }
        if (!answers.getAsBoolean()) {
            return Result.unhealthy(
                    "The database does not answer, or is read-only. Jobs are refused with 503 until it does.");
        }
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            boolean isWritable = ShortAnswers.on(connection, () -> statement.execute(ConnectionPools.IS_WRITABLE));
            return isWritable ? Result.healthy() : Result.unhealthy("The database has no answer.");
        } catch (SQLException e) {
            return Result.unhealthy(
                    "The database does not answer, or is read-only: %s. Jobs are refused with 503 until it does.",
                    e.getMessage());
        }
    }
}
