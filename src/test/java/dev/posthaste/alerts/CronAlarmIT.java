package dev.posthaste.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.FailureReason;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.recurring.CronDao;
import dev.posthaste.recurring.CronEnd;
import dev.posthaste.recurring.HeldCron;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CronAlarmIT {
    private final TestDatabase database = TestDatabase.fresh();
    private final CronDao crons = new CronDao();

    @AfterEach
    void close() {
        database.close();
    }

    /** One is decided here and the other by a statement: ends that are recorded together are a few, in any order. */
    @Test
    void whatIsToldAndWhatTheRowSaysAgreeWhateverEndsTogether() throws SQLException {
        Random random = new Random(7);
        for (int i = 0; i < 100; i++) {
            int threshold = 1 + random.nextInt(3);
            database.execute("delete from crons");
            database.execute(
                    "insert into crons (team_id, name, request_id, weight, cron_expression, timezone, is_active,"
                            + " success_assertions, overlap, alert_threshold, next_fire_at)"
                            + " values (1, 'x', 1, 0, '@daily', 'UTC', true, '[]', 'allow', " + threshold + ", now())");
            long id = database.number("select id from crons");
            for (int group = 0; group < 4; group++) {
                database.execute("update crons set alert_threshold = " + (1 + random.nextInt(9)));
                endSome(id, random);
            }
        }
    }

    private void endSome(long id, Random random) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            CronAlarm alarm = new CronAlarm(held(connection, id));
            CronEnd together = null;
            for (int i = 0; i <= random.nextInt(4); i++) {
                boolean isSuccess = random.nextInt(3) == 0;
                alarm.ended(new ExecutionEnd(id, i, isSuccess ? null : FailureReason.TIMEOUT));
                CronEnd end = CronEnd.of(id, isSuccess, Instant.EPOCH);
                together = together == null ? end : together.and(end);
            }
            crons.ended(List.of(Objects.requireNonNull(together))).execute(connection);

            HeldCron after = held(connection, id);
            assertThat(after.consecutiveFailures()).isEqualTo(alarm.failures());
            assertThat(after.isAlerted()).isEqualTo(alarm.isAlerted());
        }
    }

    private HeldCron held(Connection connection, long id) throws SQLException {
        return Objects.requireNonNull(crons.hold(connection, List.of(id)).get(id));
    }
}
