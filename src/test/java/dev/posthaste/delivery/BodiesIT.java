package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.DueJobDao;
import dev.posthaste.jobs.RequestBody;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is claimed without its body is sent with it or not at all. */
class BodiesIT {
    private final TestDatabase database = TestDatabase.fresh();
    private final LargeBodies bodies = new LargeBodies(database.dataSource(), new RequestDao());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theBodyIsTheOneThatWasPushed() throws Exception {
        DueJobs.add(database, 1, "'RAW'", "repeat('x', 20000)");

        DueJob loaded = bodies.load(withoutBody());

        assertThat(loaded.request().body()).isEqualTo(new RequestBody(RequestBody.Kind.RAW, "x".repeat(20_000)));
    }

    @Test
    void aRequestThatHasNoBodyGetsNone() throws Exception {
        DueJobs.add(database, 1, "null", "null");

        assertThat(bodies.load(withoutBody()).request().body()).isNull();
    }

    /** More often than there are turns: each gives its own back. */
    @Test
    @Timeout(60)
    void whatIsNotThereIsNotSentAsIfItWereEmpty() throws Exception {
        DueJobs.add(database, 1, "'RAW'", "'{}'");
        DueJob job = withoutBody();
        assertThat(Objects.requireNonNull(job.request().body()).text()).isEmpty();
        database.execute("delete from requests");

        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> bodies.load(job)).isInstanceOf(IllegalStateException.class);
        }
    }

    private DueJob withoutBody() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return Objects.requireNonNull(
                    new DueJobDao().loadWithoutBodies(connection, List.of(1L)).get(1L));
        }
    }
}
