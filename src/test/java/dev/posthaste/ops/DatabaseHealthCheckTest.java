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
                        new PGSimpleDataSource(), () -> Optional.of("The embedded PostgreSQL has died."), () -> true)
                .execute();

        assertThat(result.isHealthy()).isFalse();
        assertThat(result.getMessage())
                .isEqualTo("The embedded PostgreSQL has died. Jobs are refused with 503 until it is back.");
    }

    /** As long as an answer is waited for, whoever asks waits as well. */
    @Test
    void oneThatIsKnownNotToAnswerIsNotAsked() {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setURL("jdbc:postgresql://127.0.0.1:1/nowhere");

        HealthCheck.Result result = new DatabaseHealthCheck(nowhere, Optional::empty, () -> false).execute();

        assertThat(result.isHealthy()).isFalse();
        assertThat(result.getMessage())
                .isEqualTo("The database does not answer, or is read-only. Jobs are refused with 503 until it does.");
    }
}
