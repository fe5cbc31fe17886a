package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator is told of how much waits, while somebody else holds a lock. */
class GaugesIT {
    private static final int JOBS = 200;

    private ServerInside server;
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @BeforeEach
    void start() throws Exception {
        server = new ServerInside();
    }

    @AfterEach
    void stop() {
        callers.shutdownNow();
        server.close();
    }

    @Test
    void whatIsInFlightAndWhatWaitsToBeWrittenIsCounted() throws Exception {
        Api api = new Api(server.port(), ServerProcess.TOKEN);
        // Refused by the egress rules: no receiver is needed.
        String job = "{\"queue\":\"q\",\"url\":\"http://127.0.0.1/\",\"retry_delays\":[]}";
        try (Connection other = server.database().dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table runs");
            api.pushAll(job, JOBS);

            await().until(() -> gauge("completion.waiting") > 0);
            assertThat(gauge("deliveries.inFlight")).isPositive();

            statement.execute("lock table jobs");
            for (int i = 0; i < 10; i++) {
                callers.execute(() -> api.post("/api/jobs", job));
            }
            await().until(() -> gauge("intake.waiting") > 0);
        }
        await().until(() ->
                gauge("completion.waiting") == 0 && gauge("deliveries.inFlight") == 0 && gauge("intake.waiting") == 0);
        assertThat(gauge("deliveries.lost")).isZero();
    }

    private long gauge(String name) {
        Number value = (Number) Objects.requireNonNull(
                        server.environment().metrics().getGauges().get("posthaste." + name))
                .getValue();
        return value.longValue();
    }
}
