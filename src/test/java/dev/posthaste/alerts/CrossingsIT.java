package dev.posthaste.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is crossed is counted once and told once, whoever notes it at the same time. */
class CrossingsIT {
    private static final long TEAM = 1;
    private static final Duration HOUR = Duration.ofHours(1);

    private final TestDatabase database = TestDatabase.fresh();
    private final MessageSealing sealing = new MessageSealing(database.dataSource());
    private final AlertMessageDao messages = new AlertMessageDao();

    /** Who would wait for somebody's lock for ever fails. */
    @BeforeEach
    void waitForNobodyLong() throws SQLException {
        database.execute("alter database " + database.name() + " set lock_timeout = '10s'");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatCrossesWithinTheWindowIsOneAlertOfEachKind() throws Exception {
        note(HOUR, failure(7, 1, true, true), failure(7, 2, true, false), failure(7, 3, false, true));
        note(HOUR, failure(7, 4, true, true), failure(8, 5, true, false));

        assertThat(counts())
                .containsExactly("queue 7 failure 3 last 4", "queue 7 warning 3 last 4", "queue 8 warning 1 last 5");
    }

    @Test
    void whatCrossesAfterTheWindowIsAnotherAlert() throws Exception {
        note(HOUR, failure(7, 1, true, false));
        database.execute("update alert_topics set warning_since = warning_since - interval '1 hour'");

        note(HOUR, failure(7, 2, true, false));
        note(HOUR, failure(7, 3, true, false));

        assertThat(counts()).containsExactly("queue 7 warning 1 last 1", "queue 7 warning 2 last 3");
    }

    /** The clock was set back by a day. */
    @Test
    void anAlertFromTheFutureCountsNoMoreAndAMessageFromTheFutureHoldsUpTheNextOneForAWindowOnly() throws Exception {
        channel("webhook", "{warning}");
        note(HOUR, failure(7, 1, true, false));
        seal(onlyMessage());
        database.execute("update alert_topics set warning_since = warning_since + interval '1 day'");
        database.execute("update alert_messages set sealed_at = sealed_at + interval '1 day'");

        note(HOUR, failure(7, 2, true, false));

        assertThat(database.number("select count(*) from alerts where created_at <= clock_timestamp()"))
                .isEqualTo(2);
        assertThat(database.number("select count(*) from alert_messages where sealed_at is null"
                        + " and due_at between clock_timestamp() + interval '59 minutes'"
                        + " and clock_timestamp() + interval '61 minutes'"))
                .isOne();
    }

    @Test
    void whereNobodyIsToBeToldNothingIsWritten() throws Exception {
        assertThat(note(HOUR, failure(7, 1, false, false))).isEmpty();

        assertThat(database.number("select count(*) from alert_topics")).isZero();
    }

    @Test
    void aChannelIsToldOfWhatItWantsOnly() throws Exception {
        long failures = channel("webhook", "{failure,recovery}");
        long all = channel("slack", "{warning,failure,recovery}");
        channel("discord", "{recovery}");
        database.execute("insert into alert_channels (team_id, type, target, alert_types, is_active)"
                + " values (1, 'webhook', 'https://example.com/', '{warning,failure}', false)");
        database.execute("with t as (insert into teams (name) values ('others') returning id)"
                + " insert into alert_channels (team_id, type, target, alert_types, is_active)"
                + " select id, 'webhook', 'https://example.com/', '{warning,failure}', true from t");

        note(HOUR, failure(7, 1, true, false));
        assertThat(database.number("select count(*) from alert_messages where channel_id = " + all))
                .isOne();
        assertThat(database.number("select count(*) from alert_messages")).isOne();
        note(HOUR, failure(7, 2, true, true));

        assertThat(database.number("select count(*) from alert_messages")).isEqualTo(2);
        assertThat(parts(all)).containsExactly("failure 1", "warning 2");
        assertThat(parts(failures)).containsExactly("failure 1");
    }

    @Test
    void theFirstMessageIsDueAtOnceAndTheNextAWindowAfterItWasSettled() throws Exception {
        long channel = channel("webhook", "{warning}");
        List<OneShot> first = note(HOUR, failure(7, 1, true, false));
        assertThat(note(HOUR, failure(7, 2, true, false))).as("it gathers").isEmpty();
        seal(onlyMessage());

        List<OneShot> second = note(HOUR, failure(7, 3, true, false));
        assertThat(note(HOUR, failure(7, 4, true, false))).as("it gathers too").isEmpty();
        List<OneShot> ofAnother = note(HOUR, failure(8, 5, true, false));

        assertThat(first).hasSize(1);
        assertThat(first.get(0).due()).isBeforeOrEqualTo(Instant.now());
        assertThat(second).hasSize(1);
        assertThat(second.get(0).due().toEpochMilli())
                .isEqualTo(HOUR.toMillis()
                        + database.number("select (extract(epoch from sealed_at) * 1000)::bigint from alert_messages"
                                + " where sealed_at is not null"));
        assertThat(ofAnother.get(0).due()).isBefore(second.get(0).due());
        assertThat(parts(channel)).containsExactlyInAnyOrder("warning 2", "warning 2", "warning 1");
    }

    @Test
    void whatIsSettledSaysTheSameToWhoeverAsksAgain() throws Exception {
        channel("webhook", "{warning}");
        note(HOUR, failure(7, 1, true, false));
        AlertMessageDao.Due unsealed = onlyMessage();
        MessageText text = Objects.requireNonNull(seal(unsealed).orElseThrow().text());
        note(HOUR, failure(7, 2, true, false));

        assertThat(seal(unsealed).orElseThrow().text()).isEqualTo(text);
        assertThat(text.body()).contains("\"new_count\":1,");
    }

    /** Else it would be in a message whose text is fixed without it. */
    @Test
    void whatIsBeingNotedWhenAMessageIsSettledIsInIt() throws Exception {
        channel("webhook", "{warning}");
        note(HOUR, failure(7, 1, true, false));
        AlertMessageDao.Due waiting = onlyMessage();
        CompletableFuture<Optional<AlertMessageDao.Due>> sealed;
        try (Connection noting = database.dataSource().getConnection()) {
            noting.setAutoCommit(false);
            new Crossings(HOUR).note(noting, Map.of(), List.of(), List.of(failure(7, 2, true, false)));
            sealed = CompletableFuture.supplyAsync(() -> seal(waiting));
            await().until(() -> sealed.isDone()
                    || database.number("select count(*) from pg_stat_activity where datname = current_database()"
                                    + " and wait_event_type = 'Lock'")
                            == 1);
            noting.commit();
        }

        MessageText text = Objects.requireNonNull(sealed.join().orElseThrow().text());
        assertThat(text.body()).contains("\"new_count\":2,");
    }

    /** Left there it would gather what nobody sends. */
    @Test
    void whatWaitsForAChannelThatWasPausedIsTakenAwayAndTheNextMessageIsSent() throws Exception {
        channel("webhook", "{warning}");
        note(HOUR, failure(7, 1, true, false));
        AlertMessageDao.Due waiting = onlyMessage();
        database.execute("update alert_channels set is_active = false");

        assertThat(seal(waiting)).isEmpty();
        database.execute("update alert_channels set is_active = true");

        assertThat(database.number("select count(*) from alert_messages")).isZero();
        assertThat(database.number("select count(*) from alert_message_parts")).isZero();
        assertThat(note(HOUR, failure(7, 2, true, false))).hasSize(1);
    }

    /** Eight writers of two topics, each in another order, while messages are settled as fast as it goes. */
    @Test
    void whoeverMeetsNothingIsCountedOrToldTwiceOrNotAtAll() throws Exception {
        long channel = channel("webhook", "{warning,failure}");
        Duration window = Duration.ofMillis(200);
        Queue<Long> begun = new ConcurrentLinkedQueue<>();
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture<Void> sealer = CompletableFuture.runAsync(() -> sealAll(begun, isOver));
        List<CompletableFuture<Void>> writers = IntStream.range(0, 8)
                .mapToObj(writer -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 50; i++) {
                        List<JobFailure> some = new ArrayList<>(List.of(
                                failure(7, i, true, true), failure(8, i, true, false), failure(7, i, false, true)));
                        if (writer % 2 == 0) {
                            Collections.reverse(some);
                        }
                        note(window, some.toArray(JobFailure[]::new))
                                .forEach(shot -> begun.add(Triggers.idOf(shot.key())));
                    }
                }))
                .toList();

        writers.forEach(CompletableFuture::join);
        isOver.set(true);
        sealer.join();

        assertThat(sum("alerts", "count", "7", "warning")).isEqualTo(400);
        assertThat(sum("alerts", "count", "7", "failure")).isEqualTo(800);
        assertThat(sum("alerts", "count", "8", "warning")).isEqualTo(400);
        for (String one : List.of("7 warning", "7 failure", "8 warning")) {
            String[] topic = one.split(" ", -1);
            assertThat(sum(
                            "alert_message_parts p join alerts on alerts.id = p.alert_id"
                                    + " join alert_messages m on m.id = p.message_id and m.sealed_at is not null",
                            "added",
                            topic[0],
                            topic[1]))
                    .as(one)
                    .isEqualTo(sum("alerts", "count", topic[0], topic[1]));
        }
        assertThat(database.number("select count(*) from alert_messages where sealed_at is null"))
                .isZero();
        assertThat(database.number("""
                select count(*) from (
                  select created_at - lag(created_at) over (partition by alertable_id, type order by created_at) as gap
                    from alerts) a
                 where gap < interval '199 milliseconds'
                """))
                .as("alerts of one kind within a window")
                .isZero();
        assertThat(database.number("""
                select count(*) from (
                  select m.due_at - lag(m.sealed_at) over (partition by alertable_id order by id) as gap
                    from alert_messages m where channel_id = %d) m
                 where gap < interval '200 milliseconds'
                """.formatted(channel)))
                .as("messages within a window")
                .isZero();
    }

    private void sealAll(Queue<Long> begun, AtomicBoolean isOver) {
        while (!isOver.get() || !begun.isEmpty()) {
            Long id = begun.poll();
            if (id == null) {
                Thread.onSpinWait();
                continue;
            }
            try (Connection connection = database.dataSource().getConnection()) {
                AlertMessageDao.Due due = messages.load(connection, List.of(id)).get(id);
                if (due == null || seal(due).isEmpty()) {
                    // The transaction that has begun it is not there yet.
                    begun.add(id);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private long sum(String tables, String column, String queue, String type) throws SQLException {
        return database.number("select coalesce(sum(" + column + "), 0) from " + tables + " where alerts.type = '"
                + type + "' and alerts.alertable_id = " + queue);
    }

    private AlertMessageDao.Due onlyMessage() throws SQLException {
        long id = database.number("select max(id) from alert_messages");
        try (Connection connection = database.dataSource().getConnection()) {
            return Objects.requireNonNull(messages.load(connection, List.of(id)).get(id));
        }
    }

    private Optional<AlertMessageDao.Due> seal(AlertMessageDao.Due message) {
        try {
            return sealing.seal(message);
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private long channel(String type, String alertTypes) throws SQLException {
        database.execute("insert into alert_channels (team_id, type, target, alert_types, is_active) values (1, '"
                + type + "', 'https://example.com/', '" + alertTypes + "', true)");
        return database.number("select max(id) from alert_channels");
    }

    private static JobFailure failure(long queue, long job, boolean isFirst, boolean isLast) {
        return new JobFailure(TEAM, queue, "emails", job, isFirst, isLast, FailureReason.TIMEOUT);
    }

    private List<OneShot> note(Duration window, JobFailure... failures) {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            List<OneShot> noted = new Crossings(window)
                    .note(connection, Map.of(), List.of(), List.of(failures))
                    .messages();
            connection.commit();
            return noted;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> counts() throws SQLException {
        return lines(
                "select string_agg(alertable_type || ' ' || alertable_id || ' ' || type || ' ' || count || ' last '"
                        + " || event_id, ';' order by alertable_id, type, id) from alerts");
    }

    private List<String> parts(long channel) throws SQLException {
        return lines("select string_agg(a.type || ' ' || p.added, ';' order by a.type) from alert_message_parts p"
                + " join alerts a on a.id = p.alert_id join alert_messages m on m.id = p.message_id"
                + " where m.channel_id = " + channel);
    }

    private List<String> lines(String sql) throws SQLException {
        return Stream.of(database.text(sql).split(";", -1)).toList();
    }
}
