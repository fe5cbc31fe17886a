package dev.posthaste.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.health.HealthCheck;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class DatabaseHealthCheckTest {
    @Test
    void whatIsKnownToBeTheTroubleIsToldInPlaceOfWhatTheDriverMakesOfIt() {
        HealthCheck.Result result = new DatabaseHealthCheck(
                        new PGSimpleDataSource(), () -> Optional.of("The embedded PostgreSQL has died."))
                .execute();

        assertThat(result.isHealthy()).isFalse();
        assertThat(result.getMessage())
                .isEqualTo("The embedded PostgreSQL has died. Jobs are refused with 503 until it is back.");
    }
}
