package dev.posthaste.ops;

import com.codahale.metrics.health.HealthCheck;
import dev.posthaste.oneshots.OneShots;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/**
 * For how long the oldest of what is due has waited, on all nodes together. Never unhealthy: a backlog is no fault of this
 * node, and a supervisor that restarts for it makes it longer.
 */
public final class OverdueHealthCheck extends HealthCheck {
    /** What is claimed in its turn on a busy machine is no news. */
    private static final Duration WARN_FROM = Duration.ofMinutes(1);

    private final DataSource database;
    private final OneShots oneShots;
    private final InstantSource clock;
    private final BooleanSupplier answers;

    /**
     * Takes a connection for each check, and as many probes of an index as there are queues with something waiting.
     *
     * @param clock the database's
     * @param answers whether the database did a moment ago
     */
    public OverdueHealthCheck(DataSource database, OneShots oneShots, InstantSource clock, BooleanSupplier answers) {
        this.database = database;
        this.oneShots = oneShots;
        this.clock = clock;
        this.answers = answers;
    }

    @Override
    protected Result check() {
        if (!answers.getAsBoolean()) {
            return Result.healthy("Nobody knows, the database does not answer");
        }
        try (Connection connection = database.getConnection()) {
            Optional<Instant> oldest = ShortAnswers.on(connection, () -> oneShots.firstWaiting(connection));
            Instant now = clock.instant();
            return oldest.filter(due -> due.isBefore(now))
                    .map(due -> overdue(Duration.between(due, now)))
                    .orElseGet(() -> Result.healthy("Nothing is overdue"));
        } catch (SQLException e) {
            return Result.healthy("Nobody knows, the database does not answer: %s", e.getMessage());
        }
    }

    private static Result overdue(Duration age) {
        return Warnings.healthy(
                age.compareTo(WARN_FROM) >= 0,
                "The oldest that is due has waited for %d ms, limits of its queue included".formatted(age.toMillis()));
    }
}
