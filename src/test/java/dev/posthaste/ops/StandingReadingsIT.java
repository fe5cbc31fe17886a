package dev.posthaste.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.queues.QueueCountDao;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StandingReadingsIT {
    private long nanos = Long.MAX_VALUE - 5;
    private final StandingReadings readings = new StandingReadings("posthaste", new QueueCountDao(), () -> nanos);

    /** An alarm on what was true before the database went would stay silent while nobody knows anything. */
    @Test
    void whatWasReadLongerThanAMinuteAgoIsToldNoMore() throws SQLException {
        try (TestDatabase database = TestDatabase.fresh();
                Connection connection = database.dataSource().getConnection()) {
            assertThat(readings.nodes()).as("never read").isEmpty();

            readings.run(connection);
            nanos += Duration.ofMinutes(1).toNanos();

            assertThat(readings.nodes()).contains(0);
            assertThat(readings.pending()).contains(0L);
            assertThat(readings.overdue()).isPresent();
            assertThat(readings.oldestOverdueSeconds()).contains(0.0);

            nanos++;

            assertThat(readings.nodes()).isEmpty();
            assertThat(readings.pending()).isEmpty();
            assertThat(readings.overdue()).isEmpty();
            assertThat(readings.oldestOverdueSeconds()).isEmpty();
        }
    }
}
