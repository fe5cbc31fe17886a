package dev.posthaste.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;

/**
 * What a peer does for a delivery: the request, and one run row, committed. Much less than our runs hold, which have the
 * headers and bodies of both sides. Thread-safe.
 */
@SuppressWarnings("JavaUtilDate") // JDBC's way to bind an instant
final class DeliveryWork implements Contender.Work {
    private final RequestSender sender;
    private final String url;
    private final PooledDatabase database;

    DeliveryWork(RequestSender sender, String url, PooledDatabase database) throws SQLException {
        this.sender = sender;
        this.url = url;
        this.database = database;
        database.execute("""
                create table if not exists bench_runs (
                  id bigint generated always as identity primary key,
                  job text not null,
                  started_at timestamptz not null,
                  duration_ms integer not null,
                  response_status smallint not null
                )
                """);
    }

    /** Takes away the run rows so far. */
    void forget() throws SQLException {
        database.execute("truncate bench_runs");
    }

    @Override
    public void run(String id) throws IOException, SQLException {
        Instant started = Instant.now();
        int status = sender.send(url);
        record(id, started, status);
    }

    private void record(String id, Instant started, int status) throws SQLException {
        String sql = "insert into bench_runs (job, started_at, duration_ms, response_status) values (?, ?, ?, ?)";
        try (Connection connection = database.pool().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, id);
            statement.setTimestamp(2, Timestamp.from(started));
            statement.setInt(3, (int) Duration.between(started, Instant.now()).toMillis());
            statement.setInt(4, status);
            statement.executeUpdate();
        }
    }
}
