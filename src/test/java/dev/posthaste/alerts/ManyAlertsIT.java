package dev.posthaste.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Of 200,000 alerts and as many messages nobody reads more than he needs: the rows that were read are the database's count. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManyAlertsIT {
    private static final int ROWS = 200_000;
    private static final int FEW = 10_000;

    private final TestDatabase database = TestDatabase.fresh();

    @BeforeAll
    void many() throws SQLException {
        database.execute("""
                insert into alert_channels (team_id, type, target, alert_types, is_active)
                values (1, 'webhook', 'https://example.com/', '{failure}', true);
                insert into alerts (team_id, type, alertable_type, alertable_id, alertable_name, count, event_id, created_at,
                  last_at)
                select 1, 'failure', 'queue', n %% 100, 'x', 1, n, now() - n * interval '1 second', now()
                  from generate_series(1, %1$d) n;
                insert into alert_messages (team_id, channel_id, alertable_type, alertable_id, due_at, sealed_at, body, status,
                  created_at, delivered_at)
                select 1, 1, 'queue', n %% 100, now(), now() - n * interval '1 second', '{}', 'delivered', now(),
                       now() - n * interval '1 second'
                  from generate_series(1, %1$d) n
                """.formatted(ROWS));
        database.execute("vacuum analyze");
    }

    @AfterAll
    void close() {
        database.close();
    }

    @Test
    void retentionThatFindsNothing() throws SQLException {
        RemoveAlerts removal = new RemoveAlerts(Duration.ofDays(90));

        assertThat(rowsRead(connection -> {
                    assertThat(removal.some(connection, 1_000)).isZero();
                    assertThat(removal.someMessages(connection, 1_000)).isZero();
                    removal.leftovers(connection);
                }))
                .isLessThan(FEW);
    }

    @Test
    void aListWhoseFilterMatchesNothingEndsShortAndGoesOnBehindWhatItLookedAt() throws SQLException {
        AlertDao alerts = new AlertDao();
        AlertFilter acknowledged = new AlertFilter(null, null, null, true);

        assertThat(rowsRead(connection -> {
                    AlertPage page = alerts.list(connection, 1, acknowledged, Long.MAX_VALUE, 25);
                    assertThat(page.alerts()).isEmpty();
                    assertThat(page.nextBefore()).isEqualTo(ROWS - 2_000 + 1);
                }))
                .isLessThan(FEW);
    }

    @Test
    void aListThatIsGoneThroughToItsEndHasEveryAlertThatItsFilterWantsOnce() throws SQLException {
        database.execute("update alerts set acknowledged_at = now() where id % 50000 = 1");
        AlertDao alerts = new AlertDao();
        List<Long> found = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection()) {
            Long before = Long.MAX_VALUE;
            while (before != null) {
                AlertPage page = alerts.list(connection, 1, new AlertFilter(null, null, null, true), before, 3);
                page.alerts().forEach(alert -> found.add(alert.id()));
                before = page.nextBefore();
            }
        }
        database.execute("update alerts set acknowledged_at = null where acknowledged_at is not null");

        assertThat(found).containsExactly(150_001L, 100_001L, 50_001L, 1L);
    }

    @Test
    void aListOfOneTopicWithoutAny() throws SQLException {
        AlertDao alerts = new AlertDao();
        AlertFilter another = new AlertFilter(null, AlertableType.CRON, 7L, null);

        assertThat(rowsRead(connection -> {
                    AlertPage page = alerts.list(connection, 1, another, Long.MAX_VALUE, 25);
                    assertThat(page.alerts()).isEmpty();
                    assertThat(page.nextBefore()).isNull();
                }))
                .isLessThan(100);
    }

    @Test
    void theLastTestOfAChannelThatHasHadNone() throws SQLException {
        ChannelTestDao tests = new ChannelTestDao();

        assertThat(rowsRead(connection -> {
                    assertThat(tests.last(connection, 1)).isEmpty();
                    assertThat(tests.recent(connection, 1, Duration.ofMinutes(1), 20))
                            .isZero();
                }))
                .isLessThan(100);
    }

    @Test
    void theMessagesBeforeOneThatIsDue() throws SQLException {
        AlertMessageDao messages = new AlertMessageDao();
        Alertable topic = new Alertable(AlertableType.QUEUE, 7);

        assertThat(rowsRead(connection -> assertThat(messages.earlier(connection, 1, topic, Duration.ofMinutes(1)))
                        .hasSizeLessThan(3)))
                .isLessThan(1_000);
    }

    private interface Work {
        void on(Connection connection) throws SQLException;
    }

    /** Of the tables of alerts, by scans of tables and of indexes. */
    private long rowsRead(Work work) throws SQLException {
        String read = "select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables"
                + " where relname like 'alert%'";
        flush();
        long before = database.number(read);
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            work.on(connection);
            statement.execute("select pg_stat_force_next_flush()");
        }
        flush();
        return database.number(read) - before;
    }

    private void flush() throws SQLException {
        database.execute("select pg_stat_force_next_flush()");
    }
}
