package dev.posthaste.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept no longer goes, what is still to be told stays, and nobody waits for anybody. */
class RemoveAlertsIT {
    private static final int ALL = 1_000;

    private final TestDatabase database = TestDatabase.fresh();
    private final RemoveAlerts removal = new RemoveAlerts(Duration.ofDays(90));

    @BeforeEach
    void waitForNobody() throws SQLException {
        database.execute("alter database " + database.name() + " set lock_timeout = '1s'");
        database.execute("insert into alert_channels (team_id, type, target, alert_types, is_active)"
                + " values (1, 'webhook', 'https://example.com/', '{failure}', true)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void anAlertIsKeptForItsDays() throws SQLException {
        alert(1, 1, "89 days");
        alert(2, 1, "91 days");

        assertThat(remove()).isOne();

        assertThat(ids("alerts")).isEqualTo("1");
    }

    /** Else the message would leave without it, or not at all. */
    @Test
    void whatAMessageIsStillToTellStaysHoweverOldItIs() throws SQLException {
        alert(1, 1, "91 days");
        message(1, 1, "pending");
        database.execute("insert into alert_message_parts values (1, 1, 7)");

        assertThat(remove()).isZero();
        database.execute("update alert_messages set status = 'delivered'; delete from alert_message_parts");

        assertThat(remove()).isOne();
    }

    @Test
    void aMessageThatIsStillToBeSentStaysHoweverOldItIs() throws SQLException {
        message(1, 1, "pending");
        message(2, 1, "failed");
        database.execute("update alert_messages set created_at = created_at - interval '91 days'");

        assertThat(remove()).isOne();

        assertThat(ids("alert_messages")).isEqualTo("1");
    }

    @Test
    void whatADeletedTeamWasToldGoesAtOnce() throws SQLException {
        database.execute("insert into teams (name, removed_at) values ('gone', now())");
        long gone = database.number("select id from teams where removed_at is not null");
        alert(1, 1, "1 day");
        alert(2, gone, "1 day");

        assertThat(remove()).isOne();

        assertThat(ids("alerts")).isEqualTo("1");
    }

    @Test
    void messagesOfAChannelThatIsGoneGoWithWhatTheyWereToTell() throws SQLException {
        alert(1, 1, "1 day");
        for (long channel : new long[] {1, 2, 7}) {
            message(channel, channel, "pending");
            database.execute("insert into alert_message_parts values (" + channel + ", 1, 1)");
        }

        assertThat(remove()).isEqualTo(2);

        assertThat(ids("alert_messages")).isEqualTo("1");
        assertThat(database.number("select sum(message_id) from alert_message_parts"))
                .isOne();
    }

    /** Who records an outcome does not wait for the removal of a channel, and may come after it. */
    @Test
    void aPartOfNoMessageGoes() throws SQLException {
        message(1, 1, "pending");
        database.execute("insert into alert_message_parts values (1, 1, 1), (2, 1, 1)");

        remove();

        assertThat(database.text("select string_agg(message_id::text, ' ') from alert_message_parts"))
                .isEqualTo("1");
    }

    @Test
    void aTopicIsForgottenAfterADayUnlessAMessageOfItWaits() throws SQLException {
        topic(1, "23 hours");
        topic(2, "25 hours");
        topic(3, "25 hours");
        message(1, 1, "pending");
        database.execute("update alert_messages set alertable_type = 'queue', alertable_id = 3");

        remove();

        assertThat(database.text("select string_agg(alertable_id::text, ' ' order by alertable_id) from alert_topics"))
                .isEqualTo("1 3");
    }

    /** He has them in an order of his own, and would be ended for a deadlock. */
    @Test
    void whatSomebodyHoldsIsPassedOver() throws SQLException {
        alert(1, 1, "91 days");
        alert(2, 1, "91 days");
        message(1, 1, "delivered");
        database.execute("update alert_messages set created_at = created_at - interval '91 days'");
        topic(1, "25 hours");
        topic(2, "25 hours");
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select 1 from alerts where id = 1 for update");
            statement.execute("select 1 from alert_messages for update");
            statement.execute("select 1 from alert_topics where alertable_id = 1 for update");

            assertThat(remove()).isOne();
        }

        assertThat(ids("alerts")).isEqualTo("1");
        assertThat(ids("alert_messages")).isEqualTo("1");
        assertThat(database.number("select sum(alertable_id) from alert_topics"))
                .isOne();
    }

    private int remove() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            int removed = removal.someMessages(connection, ALL) + removal.some(connection, ALL);
            removal.leftovers(connection);
            connection.commit();
            return removed;
        }
    }

    private void alert(long id, long team, String age) throws SQLException {
        database.execute("""
                insert into alerts overriding system value
                values (%d, %d, 'failure', 'queue', %1$d, 'x', 1, 1, null, now() - interval '%s', now(), null)
                """.formatted(id, team, age));
    }

    private void message(long id, long channel, String status) throws SQLException {
        database.execute("""
                insert into alert_messages (id, team_id, channel_id, due_at, created_at, status) overriding system value
                values (%d, 1, %d, now(), now(), '%s')
                """.formatted(id, channel, status));
    }

    private void topic(long queue, String age) throws SQLException {
        database.execute("insert into alert_topics (alertable_type, alertable_id, touched_at) values ('queue', " + queue
                + ", now() - interval '" + age + "')");
    }

    private String ids(String table) throws SQLException {
        return database.text("select string_agg(id::text, ' ' order by id) from " + table);
    }
}
