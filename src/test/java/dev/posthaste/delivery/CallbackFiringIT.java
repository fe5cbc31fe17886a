package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.alerts.Crossings;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.mail.NoMailServer;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.FiringPort;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.PutBackException;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.redaction.Masks;
import dev.posthaste.signing.TestKeys;
import dev.posthaste.stats.Statistics;
import io.opentelemetry.api.OpenTelemetry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What became of a job is reported by who may, and tried again when it was not taken. */
class CallbackFiringIT {
    private static final FiringPort.LastLook HOLDS = () -> {};
    private static final FiringPort.LastLook HAS_RUN_OUT = () -> {
        throw new PutBackException("as a test wants");
    };
    private static final ClaimedOneShot SHOT = new ClaimedOneShot(
            Triggers.keyOfCallback(1, 1), Triggers.CALLBACK, "c", 1, 1, Instant.EPOCH, Instant.EPOCH, 0);

    private final TestDatabase database = TestDatabase.fresh();
    private final TestOneShots scheduler = new TestOneShots(database);
    private final List<OutboundRequest> sent = new CopyOnWriteArrayList<>();
    private final Deliveries deliveries = new Deliveries(
            scheduler.pools().scheduler(),
            scheduler.oneShots(),
            this::send,
            scheduler.clock(),
            TestKeys.none(),
            new Masks(new byte[32]),
            new Crossings(Crossings.WINDOW),
            new NoMailServer(),
            new Statistics(Duration.ofDays(1), scheduler.clock()),
            "posthaste",
            "node",
            OpenTelemetry.noop());
    private final Exchange answer = new Exchange(
            Instant.now(), Duration.ofMillis(1), null, FailureReason.CONNECTION_ERROR, "The connection was refused.");

    @BeforeEach
    void aCallbackIsClaimed() throws SQLException {
        database.execute("""
                insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, created_at,
                  due_at)
                values (1, 1, 1, 1, 1, 1, 5, now(), now());
                insert into callbacks (id, job_id, queue_id, url, body, created_at)
                values (1, 1, 1, 'http://127.0.0.1/', '{}', now());
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                values ('posthaste', 'c', 'node', 'c1', '%s', 1, false, array['c1'], array[1], array[5], array[0], B'0', 1)
                """.formatted(Triggers.CALLBACK));
    }

    @AfterEach
    void close() {
        deliveries.close();
        scheduler.close();
        database.close();
    }

    /** By then another node may be sending it. */
    @Test
    void nothingIsSentOnceTheLeaseHasRunOut() {
        assertThatThrownBy(() -> fire(HAS_RUN_OUT)).isInstanceOf(PutBackException.class);

        assertThat(sent).isEmpty();
    }

    /** This node has no secret key: another one may. */
    @Test
    void whatCannotBeSignedHereIsNotSentUnsigned() throws Exception {
        database.execute("update teams set signing_version = 1");
        database.execute(
                "insert into signing_secrets (team_id, algorithm, sealed) select id, 'hmac', 'AAAA' from teams");

        assertThatThrownBy(() -> fire(HOLDS)).isInstanceOf(PutBackException.class);

        assertThat(sent).isEmpty();
        assertThat(database.number("select attempts from callbacks")).isZero();
    }

    @Test
    void whatIsSettledIsNotSent() throws Exception {
        database.execute("update callbacks set status = 'delivered'");

        fire(HOLDS);

        assertThat(sent).isEmpty();
        assertThat(database.number("select attempts from callbacks")).isZero();
        assertThat(database.number("select count(*) from qrtz_fired_one_shots")).isZero();
    }

    /** By the clock of whichever node: this one's may be behind. */
    @Test
    void theNextTryIsDueNoSoonerThanItsPauseAfterTheFailure() throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            scheduler.clock().synchronize(connection);
        }

        fire(HOLDS);

        long pause = 10_000 + scheduler.clock().uncertainty().toMillis();
        assertThat(sent).hasSize(1);
        assertThat(scheduler.clock().uncertainty()).isPositive();
        assertThat(database.number(
                        "select next_fire_time from qrtz_triggers where trigger_group = 'c1' and trigger_name = 'c1'"))
                .isEqualTo(answer.endedAt().plusMillis(pause).toEpochMilli());
        assertThat(database.number("select attempts from callbacks where status = 'pending'"))
                .isOne();
    }

    private void fire(FiringPort.LastLook lastLook) throws Exception {
        FiringPort port = Objects.requireNonNull(deliveries.ports().get(Triggers.CALLBACK));
        Map<OneShotKey, ?> prepared;
        try (Connection connection = database.dataSource().getConnection()) {
            prepared = port.prepare(connection, List.of(SHOT));
        }
        port.fire(SHOT, prepared.get(SHOT.key()), lastLook).get(30, TimeUnit.SECONDS);
    }

    private Exchange send(OutboundRequest request) {
        request.lastLook().run();
        sent.add(request);
        return answer;
    }
}
