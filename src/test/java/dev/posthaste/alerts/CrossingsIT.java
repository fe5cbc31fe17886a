package dev.posthaste.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.alerts.MessageSealing.Sealed;
import dev.posthaste.jobs.CallbackStatus;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.recurring.HeldCron;
import dev.posthaste.sql.BoundStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private static final Duration LONGEST = Duration.ofMinutes(36);

    private final TestDatabase database = TestDatabase.fresh();
    private final OneShots oneShots = new OneShots("posthaste");
    private final MessageSealing sealing = new MessageSealing(database.dataSource(), oneShots, HOUR, LONGEST);
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
                        + database.number(
                                "select floor(extract(epoch from sealed_at) * 1000)::bigint from alert_messages"
                                        + " where sealed_at is not null"));
        assertThat(ofAnother.get(0).due()).isBefore(second.get(0).due());
        assertThat(parts(channel)).containsExactlyInAnyOrder("warning 2", "warning 2", "warning 1");
    }

    @Test
    void whatIsSettledSaysTheSameToWhoeverAsksAgain() throws Exception {
        channel("webhook", "{warning}");
        note(HOUR, failure(7, 1, true, false));
        AlertMessageDao.Due unsealed = onlyMessage();
        MessageText text = settled(unsealed);
        note(HOUR, failure(7, 2, true, false));

        assertThat(settled(unsealed)).isEqualTo(text);
        assertThat(text.body()).contains("\"new_count\":1,");
    }

    /** Else it would be in a message whose text is fixed without it. */
    @Test
    void whatIsBeingNotedWhenAMessageIsSettledIsInIt() throws Exception {
        channel("webhook", "{warning}");
        note(HOUR, failure(7, 1, true, false));
        AlertMessageDao.Due waiting = onlyMessage();
        CompletableFuture<MessageText> sealed;
        try (Connection noting = database.dataSource().getConnection()) {
            noting.setAutoCommit(false);
            new Crossings(HOUR).note(noting, Map.of(), List.of(), List.of(failure(7, 2, true, false)));
            sealed = CompletableFuture.supplyAsync(() -> settled(waiting));
            await().until(() -> sealed.isDone()
                    || database.number("select count(*) from pg_stat_activity where datname = current_database()"
                                    + " and wait_event_type = 'Lock'")
                            == 1);
            noting.commit();
        }

        assertThat(sealed.join().body()).contains("\"new_count\":2,");
    }

    /** Left there it would gather what nobody sends. */
    @Test
    void whatWaitsForAChannelThatWasPausedIsTakenAwayAndTheNextMessageIsSent() throws Exception {
        channel("webhook", "{warning}");
        note(HOUR, failure(7, 1, true, false));
        AlertMessageDao.Due waiting = onlyMessage();
        database.execute("update alert_channels set is_active = false");

        assertThat(seal(waiting)).isInstanceOf(Sealed.Nothing.class);
        database.execute("update alert_channels set is_active = true");

        assertThat(database.number("select count(*) from alert_messages")).isZero();
        assertThat(database.number("select count(*) from alert_message_parts")).isZero();
        assertThat(note(HOUR, failure(7, 2, true, false))).hasSize(1);
    }

    /** What was told before it was not taken is told again, under another id: the receiver was away. */
    @Test
    void whatWaitsForItsNextTryIsToldByTheNextMessageAndIsNoMore() throws Exception {
        long channel = channel("webhook", "{warning,failure}");
        note(HOUR, failure(7, 1, true, true));
        AlertMessageDao.Due first = onlyMessage();
        settled(first);
        tried(first.id(), CallbackStatus.PENDING);
        store(Triggers.ofAlert(channel, first.id(), Instant.now().plusSeconds(300)));
        note(HOUR, failure(7, 2, true, false));

        MessageText text = settled(onlyMessage());

        assertThat(text.body())
                .contains("\"event\":\"alert.failure\"")
                .contains("\"count\":2,")
                .contains("\"new_count\":2}");
        assertThat(database.number("select count(*) from alert_messages")).isOne();
        assertThat(database.number("select count(*) from qrtz_triggers")).isZero();
        assertThat(parts(channel)).containsExactly("failure 1", "warning 2");
        assertThat(messages()).as("it is gone").doesNotContain(first.id());
    }

    /** A receiver that refuses large messages would get ever larger ones. */
    @Test
    void whatHasBeenTakenInForLongIsGivenUpAndTheNextMessageTellsWhatIsNew() throws Exception {
        channel("webhook", "{failure}");
        waiting();
        database.execute("update alert_messages set due_at = due_at - interval '35 minutes'");
        note(HOUR, failure(7, 2, false, true));
        AlertMessageDao.Due second = onlyMessage();
        assertThat(settled(second).body()).contains("\"new_count\":2,");
        tried(second.id(), CallbackStatus.PENDING);
        storeAgain(
                Triggers.ofAlert(second.channelId(), second.id(), Instant.now().plusSeconds(300)));
        database.execute("update alert_messages set due_at = due_at - interval '2 minutes'");
        note(HOUR, failure(7, 3, false, true));
        AlertMessageDao.Due third = onlyMessage();

        MessageText text = settled(third);

        assertThat(text.body()).contains("\"new_count\":1,");
        assertThat(database.text("select status || ' ' || attempts || ' ' || (next_attempt_at is null)"
                        + " from alert_messages where id = " + second.id()))
                .isEqualTo("failed 1 true");
        assertThat(database.number("select count(*) from qrtz_triggers")).isZero();
        assertThat(database.number("select count(*) from alert_message_parts where message_id = " + second.id()))
                .isZero();
    }

    /** Sooner is what gets a webhook switched off. */
    @Test
    void whereTheReceiverHasAskedToBeLeftAloneTheNextMessageWaitsUntilThenForHalfAnHourAtMost() throws Exception {
        channel("webhook", "{failure}");
        long first = waiting();
        database.execute("update alert_messages set asked_until = clock_timestamp() + interval '20 minutes'");
        note(HOUR, failure(7, 2, false, true));
        AlertMessageDao.Due second = onlyMessage();

        Sealed sealed = seal(second);

        assertThat(sealed).isInstanceOf(Sealed.Later.class);
        assertThat(((Sealed.Later) sealed).until().toEpochMilli())
                .isEqualTo(database.number(
                        "select floor(extract(epoch from asked_until) * 1000)::bigint from alert_messages where id = "
                                + first));
        assertThat(database.number("select count(*) from qrtz_triggers"))
                .as("the first one is sent then")
                .isOne();
        database.execute("update alert_messages set asked_until = asked_until + interval '1 day'");
        assertThat(((Sealed.Later) seal(second)).until()).isBefore(Instant.now().plus(Duration.ofMinutes(31)));
        database.execute("update alert_messages set asked_until = clock_timestamp()");
        assertThat(settled(second).body()).contains("\"new_count\":2,");
    }

    @Test
    void ofACronThatWasDeletedTheMessageThatWaitsSaysSo() throws Exception {
        channel("email", "{failure}");
        database.execute("""
                insert into crons (id, team_id, name, request_id, weight, cron_expression, timezone, is_active,
                  success_assertions, overlap, alert_threshold, next_fire_at) overriding system value
                values (9, 1, 'nightly', 1, 0, '@daily', 'UTC', true, '[]', 'allow', 1, now())
                """);
        for (String change :
                List.of("is_active = true", "is_active = false, next_fire_at = null, removed_at = now()")) {
            database.execute("update crons set " + change + "; delete from alert_messages");
            try (Connection connection = database.dataSource().getConnection()) {
                new Crossings(HOUR)
                        .note(
                                connection,
                                Map.of(9L, new HeldCron(9, 1, "nightly", 1, 0, false)),
                                List.of(new ExecutionEnd(9, 1, FailureReason.TIMEOUT)),
                                List.of());
            }
            boolean isDeleted = change.contains("removed");
            assertThat(settled(onlyMessage()).body())
                    .contains(isDeleted ? "The cron is deleted." : "Look at GET /api/crons/9/executions/1");
        }
    }

    /** A message that is tried again later; its id. */
    private long waiting() throws SQLException {
        note(HOUR, failure(7, 1, false, true));
        AlertMessageDao.Due first = onlyMessage();
        settled(first);
        tried(first.id(), CallbackStatus.PENDING);
        store(Triggers.ofAlert(first.channelId(), first.id(), Instant.now().plusSeconds(300)));
        return first.id();
    }

    /** Else two would arrive together. */
    @Test
    void whileTheOneBeforeIsBeingSentTheNextOneGathers() throws Exception {
        channel("webhook", "{warning}");
        note(HOUR, failure(7, 1, true, false));
        settled(onlyMessage());
        note(HOUR, failure(7, 2, true, false));

        Sealed sealed = seal(onlyMessage());

        assertThat(sealed).isInstanceOf(Sealed.Later.class);
        assertThat(((Sealed.Later) sealed).until()).isBefore(Instant.now().plusSeconds(60));
        assertThat(database.number("select count(*) from alert_messages where sealed_at is null"))
                .isOne();
    }

    /** The one before may have been delivered by its last try only. */
    @Test
    void aMessageLeavesAWindowAfterTheOneBeforeHasArrived() throws Exception {
        channel("webhook", "{warning}");
        note(HOUR, failure(7, 1, true, false));
        AlertMessageDao.Due first = onlyMessage();
        settled(first);
        tried(first.id(), CallbackStatus.DELIVERED);
        note(HOUR, failure(7, 2, true, false));

        Sealed sealed = seal(onlyMessage());

        assertThat(sealed).isInstanceOf(Sealed.Later.class);
        assertThat(((Sealed.Later) sealed).until().toEpochMilli())
                .isEqualTo(database.number(
                                "select floor(extract(epoch from delivered_at) * 1000)::bigint from alert_messages"
                                        + " where id = " + first.id())
                        + HOUR.toMillis());
        database.execute("update alert_messages set delivered_at = delivered_at - interval '1 hour'");
        assertThat(settled(onlyMessage()).body()).contains("\"new_count\":1,");
    }

    @Test
    void ofWhatIsOverNothingIsKeptThatOnlyASealingNeeds() throws Exception {
        for (CallbackStatus end : List.of(CallbackStatus.DELIVERED, CallbackStatus.FAILED)) {
            database.execute("delete from alert_channels; delete from alert_messages");
            long channel = channel("webhook", "{warning}");
            note(HOUR, failure(7, 1, true, false));
            AlertMessageDao.Due message = onlyMessage();
            settled(message);
            tried(message.id(), CallbackStatus.PENDING);
            assertThat(parts(channel)).as("it may be told by the next one").isNotEmpty();

            tried(message.id(), end);

            assertThat(database.number("select count(*) from alert_message_parts"))
                    .as(end.name())
                    .isZero();
        }
    }

    /** Ends that are recorded together have one instant, and yet an order. */
    @Test
    void whatHasEndedTogetherIsToldInItsOrder() throws Exception {
        channel("email", "{failure,recovery}");
        HeldCron cron = new HeldCron(9, 1, "nightly", 1, 0, false);
        try (Connection connection = database.dataSource().getConnection()) {
            new Crossings(HOUR)
                    .note(
                            connection,
                            Map.of(9L, cron),
                            List.of(
                                    new ExecutionEnd(9, 1, FailureReason.TIMEOUT),
                                    new ExecutionEnd(9, 2, null),
                                    new ExecutionEnd(9, 3, FailureReason.TIMEOUT)),
                            List.of());
        }

        assertThat(database.text("select string_agg(type, ' ' order by last_at) from alerts where type <> 'warning'"))
                .isEqualTo("recovery failure");
        MessageText mail = settled(onlyMessage());
        assertThat(mail.subject()).isEqualTo("[Posthaste] failure: cron nightly");
        assertThat(mail.body())
                .contains("2 times, the last time in execution 3")
                .contains("\nbefore that, recovery: ");
    }

    /** Eight writers of two topics, each in another order, while messages are settled as fast as it goes. */
    @Test
    void whoeverMeetsNothingIsCountedOrToldTwiceOrNotAtAll() throws Exception {
        long channel = channel("webhook", "{warning,failure}");
        Duration window = Duration.ofMillis(200);
        Queue<Long> begun = new ConcurrentLinkedQueue<>();
        AtomicBoolean isOver = new AtomicBoolean();
        MessageSealing fast = new MessageSealing(database.dataSource(), oneShots, window, LONGEST);
        CompletableFuture<Void> sealer = CompletableFuture.runAsync(() -> sealAll(fast, begun, isOver));
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
            assertThat(told(topic[0], topic[1])).as(one).isEqualTo(sum("alerts", "count", topic[0], topic[1]));
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

    private void sealAll(MessageSealing by, Queue<Long> begun, AtomicBoolean isOver) {
        while (!isOver.get() || !begun.isEmpty()) {
            Long id = begun.poll();
            if (id == null) {
                Thread.onSpinWait();
                continue;
            }
            try (Connection connection = database.dataSource().getConnection()) {
                AlertMessageDao.Due due = messages.load(connection, List.of(id)).get(id);
                if (due != null && seal(by, due) instanceof Sealed.ToSend) {
                    tried(id, CallbackStatus.FAILED);
                } else {
                    // The transaction that has begun it is not there yet.
                    begun.add(id);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** By all messages together. */
    private long told(String queue, String type) throws SQLException {
        return database.number("""
                select sum((a.told ->> 'new_count')::int)
                  from alert_messages m
                 cross join lateral (
                   select m.body::jsonb union all select * from jsonb_array_elements(m.body::jsonb -> 'more')) a (told)
                 where m.alertable_id = %s and a.told ->> 'type' = '%s'
                """.formatted(queue, type));
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

    private Sealed seal(AlertMessageDao.Due message) {
        return seal(sealing, message);
    }

    private static Sealed seal(MessageSealing by, AlertMessageDao.Due message) {
        try {
            return by.seal(message);
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private MessageText settled(AlertMessageDao.Due message) {
        Sealed sealed = seal(message);
        assertThat(sealed).isInstanceOf(Sealed.ToSend.class);
        return Objects.requireNonNull(((Sealed.ToSend) sealed).message().text());
    }

    /** Records a try. */
    private void tried(long message, CallbackStatus status) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            BoundStatement.executeAll(
                    connection,
                    messages.triesMade(List.of(new AlertMessageDao.Try(
                            message,
                            status,
                            null,
                            null,
                            200,
                            FailureReason.TIMEOUT,
                            "as a test wants",
                            Instant.now()))));
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

    private void store(OneShot shot) throws SQLException {
        database.execute("""
                insert into qrtz_job_details (sched_name, job_name, job_group, job_class_name, is_durable, is_nonconcurrent,
                  is_update_data, requests_recovery)
                values ('posthaste', 'alert', 'one-shots', 'x', true, false, false, true)
                """);
        storeAgain(shot);
    }

    private void storeAgain(OneShot shot) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            oneShots.store(connection, List.of(shot));
        }
    }

    private List<Long> messages() throws SQLException {
        return lines("select string_agg(id::text, ';') from alert_messages").stream()
                .map(Long::valueOf)
                .toList();
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
