package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.posthaste.alerts.Crossings;
import dev.posthaste.egress.EgressRules;
import dev.posthaste.httpclient.AnswerLimits;
import dev.posthaste.httpclient.HttpClientSender;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.mail.NoMailServer;
import dev.posthaste.memory.ByteBudget;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.FiringPort;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.redaction.Masks;
import dev.posthaste.signing.TestKeys;
import dev.posthaste.stats.Statistics;
import dev.posthaste.system.RecordingReceiver;
import io.opentelemetry.api.OpenTelemetry;
import java.net.InetAddress;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What becomes of a message that is due. */
class AlertFiringIT {
    private static final ClaimedOneShot SHOT =
            new ClaimedOneShot(Triggers.keyOfAlert(1, 2), Triggers.ALERT, "c", 1, 1, Instant.EPOCH, Instant.EPOCH, 0);
    private static final String NEXT =
            "select coalesce(max(next_fire_time), 0) from qrtz_triggers where trigger_group = 'a1' and trigger_name = 'a2'";

    private final TestDatabase database = TestDatabase.fresh();
    private final TestOneShots scheduler = new TestOneShots(database);
    private final AtomicInteger sent = new AtomicInteger();
    private @Nullable Exchange answer;
    private HttpSender sender = request -> {
        sent.incrementAndGet();
        return Objects.requireNonNull(answer);
    };
    private final Deliveries deliveries = new Deliveries(
            scheduler.pools().scheduler(),
            scheduler.oneShots(),
            request -> sender.send(request),
            scheduler.clock(),
            TestKeys.none(),
            new Masks(new byte[32]),
            new Crossings(Crossings.WINDOW),
            new NoMailServer(),
            new Statistics(Duration.ofDays(1), scheduler.clock()),
            "posthaste",
            "node",
            OpenTelemetry.noop());

    @BeforeEach
    void aMessageGathersAndIsClaimed() throws SQLException {
        database.execute("""
                insert into alert_channels (team_id, type, target, alert_types, is_active)
                values (1, 'slack', 'http://127.0.0.1/', '{failure}', true);
                insert into alerts (team_id, type, alertable_type, alertable_id, alertable_name, count, event_id, created_at,
                  last_at)
                values (1, 'failure', 'queue', 7, 'x', 1, 9, now(), now());
                insert into alert_messages (id, team_id, channel_id, alertable_type, alertable_id, due_at, created_at)
                overriding system value values (2, 1, 1, 'queue', 7, now(), now());
                insert into alert_message_parts values (2, 1, 1);
                insert into qrtz_job_details (sched_name, job_name, job_group, job_class_name, is_durable, is_nonconcurrent,
                  is_update_data, requests_recovery)
                values ('posthaste', 'alert', 'one-shots', 'x', true, false, false, true);
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                values ('posthaste', 'c', 'node', 'a1', 'alert', 1, false, array['a2'], array[1], array[5], array[0], B'0', 1)
                """);
        try (Connection connection = database.dataSource().getConnection()) {
            scheduler.clock().synchronize(connection);
        }
    }

    @AfterEach
    void close() {
        deliveries.close();
        scheduler.close();
        database.close();
    }

    /** Slack's 429 says for how long; sooner is what gets a webhook switched off, and a night later is too late. */
    @ParameterizedTest
    @CsvSource({"429, 120, 120", "503, 120, 120", "429, 3, 10", "429, 86400, 1800", "500, 120, 10"})
    void aReceiverThatAsksToBeLeftAloneIsForHalfAnHourAtMost(int status, String asked, long seconds) throws Exception {
        answer = new Exchange(
                scheduler.clock().instant(),
                Duration.ofMillis(1),
                new Answer(status, Map.of(), List.of(asked), new ResponseText("", null, false)),
                FailureReason.HTTP_CLIENT_ERROR,
                "as a test wants");

        fire();

        assertThat(database.number(NEXT))
                .isEqualTo(Objects.requireNonNull(answer)
                        .endedAt()
                        .plusSeconds(seconds)
                        .plus(scheduler.clock().uncertainty())
                        .toEpochMilli());
    }

    /** The next message heeds it too, however much later this one is tried. */
    @ParameterizedTest
    @CsvSource({"429, 3, 3", "503, 120, 120", "429, 86400, 1800"})
    void forHowLongAReceiverWantsToBeLeftAloneIsKept(int status, String asked, long seconds) throws Exception {
        answer = new Exchange(
                scheduler.clock().instant(),
                Duration.ofMillis(1),
                new Answer(status, Map.of(), List.of(asked), new ResponseText("", null, false)),
                FailureReason.HTTP_CLIENT_ERROR,
                "as a test wants");

        fire();

        assertThat(database.number("select floor(extract(epoch from asked_until) * 1000)::bigint from alert_messages"))
                .isEqualTo(Objects.requireNonNull(answer)
                        .endedAt()
                        .plusSeconds(seconds)
                        .plus(scheduler.clock().uncertainty())
                        .toEpochMilli());
    }

    /** What a server says ends with a full stop, or without one. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            false | 0 | no luck  | Alert message 2 about queue 7 to the slack channel 1 of team 1 failed on try 1: unknown, no luck. It is tried again at \\S+Z, unless the next message tells it before\\.
            false | 4 | No luck. | Alert message 2 about queue 7 to the slack channel 1 of team 1 failed on try 5: unknown, No luck. It is not tried again\\.
            true  | 0 | no luck  | Test message 2 to the slack channel 1 of team 1 failed on try 1: unknown, no luck. A test is not tried again\\.
            """)
    void theLogSaysWhatFailedWhereItWasSentAndWhatFollows(boolean isTest, int attempts, String words, String line)
            throws Exception {
        database.execute("update alert_messages set sealed_at = now(), body = '{}', attempts = " + attempts
                + (isTest ? ", alertable_type = null, alertable_id = null" : ""));
        answer = new Exchange(scheduler.clock().instant(), Duration.ZERO, null, FailureReason.UNKNOWN, words);
        Logger logger = (Logger) LoggerFactory.getLogger(AlertFiring.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            fire();
            await().until(() -> !lines.list.isEmpty());
        } finally {
            logger.detachAppender(lines);
        }

        assertThat(lines.list.get(0).getFormattedMessage()).matches(line);
    }

    @ParameterizedTest
    @CsvSource({"0, 10", "1, 60", "2, 300", "3, 1800"})
    void eachTryWaitsForLongerThanTheOneBefore(int tried, long seconds) throws Exception {
        failAfter(tried);

        assertThat(database.number(NEXT))
                .isEqualTo(Objects.requireNonNull(answer)
                        .endedAt()
                        .plusSeconds(seconds)
                        .plus(scheduler.clock().uncertainty())
                        .toEpochMilli());
        assertThat(database.text("select status from alert_messages")).isEqualTo("pending");
    }

    @Test
    void theFifthTryIsTheLast() throws Exception {
        failAfter(4);

        assertThat(database.number(NEXT)).isZero();
        assertThat(database.text("select status from alert_messages")).isEqualTo("failed");
    }

    private void failAfter(int tried) throws Exception {
        database.execute("update alert_messages set sealed_at = now(), body = '{}', attempts = " + tried);
        answer = new Exchange(
                scheduler.clock().instant(), Duration.ZERO, null, FailureReason.CONNECTION_ERROR, "as a test wants");
        fire();
    }

    /** The one before is in flight: its trigger is nobody's to take. */
    @Test
    void whatIsNotTimeForYetWaitsAndIsNotSent() throws Exception {
        database.execute("""
                insert into alert_messages (id, team_id, channel_id, alertable_type, alertable_id, due_at, sealed_at, body,
                  created_at)
                overriding system value values (1, 1, 1, 'queue', 7, now(), now(), '{}', now())
                """);

        fire();

        assertThat(sent).hasValue(0);
        assertThat(database.number(NEXT)).isGreaterThan(Instant.now().toEpochMilli());
        assertThat(database.number(
                        "select count(*) from alert_messages where id = 2 and sealed_at is null" + " and attempts = 0"))
                .isOne();
        assertThat(database.number("select count(*) from qrtz_fired_one_shots")).isZero();
    }

    /** Whoever tests wants to know now. */
    @Test
    void aTestHasOneTry() throws Exception {
        database.execute("update alert_messages set alertable_type = null, alertable_id = null, body = '{}',"
                + " sealed_at = now()");
        answer = new Exchange(
                scheduler.clock().instant(), Duration.ZERO, null, FailureReason.CONNECTION_ERROR, "as a test wants");

        fire();

        assertThat(database.text("select status from alert_messages")).isEqualTo("failed");
        assertThat(database.number(NEXT)).isZero();
    }

    /** Whoever switches a channel off wants no more of it, not even what was tried before. */
    @Test
    void whatWaitsForItsNextTryIsNotSentToAChannelThatIsSwitchedOff() throws Exception {
        database.execute("update alert_messages set attempts = 1, sealed_at = now(), body = '{}';"
                + " update alert_channels set is_active = false");
        answer = new Exchange(
                scheduler.clock().instant(), Duration.ZERO, null, FailureReason.CONNECTION_ERROR, "as a test wants");

        fire();

        assertThat(sent).hasValue(0);
        assertThat(database.text("select status || ': ' || last_error_message from alert_messages"))
                .isEqualTo("failed: The channel is not active any more.");
        assertThat(database.number(NEXT)).isZero();
    }

    /** A name that was allowed when the channel was made, and leads into our network when an alert is sent. */
    @Test
    void whereANameLeadsIsJudgedWhenTheAlertIsSent() throws Exception {
        try (RecordingReceiver receiver = new RecordingReceiver();
                HttpClientSender real = new HttpClientSender(
                        new EgressRules(EgressRules.parseAllowed("127.0.0.2"), Set.of(), List.of()),
                        host -> new InetAddress[] {InetAddress.getByName("127.0.0.1")},
                        InstantSource.system(),
                        new ByteBudget("answers", 1L << 30),
                        8,
                        new AnswerLimits(64 * 1024, 64 * 1024),
                        null)) {
            database.execute("update alert_channels set target = 'http://rebound.test:"
                    + URI.create(receiver.url("/")).getPort() + "/hook'");
            sender = real;

            fire();

            assertThat(database.text("select last_failure_reason from alert_messages"))
                    .isEqualTo("blocked_address");
            assertThat(receiver.count("/hook")).isZero();
        }
    }

    private void fire() throws Exception {
        FiringPort port = Objects.requireNonNull(deliveries.ports().get(Triggers.ALERT));
        Map<OneShotKey, ?> prepared;
        try (Connection connection = database.dataSource().getConnection()) {
            prepared = port.prepare(connection, List.of(SHOT));
        }
        port.fire(SHOT, prepared.get(SHOT.key()), () -> {}).get(30, TimeUnit.SECONDS);
    }
}
