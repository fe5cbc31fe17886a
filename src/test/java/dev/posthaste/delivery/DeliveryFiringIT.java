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
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is claimed is sent once, by who may, and recorded whatever came of it. */
class DeliveryFiringIT {
    private static final FiringPort.LastLook HOLDS = () -> {};
    private static final FiringPort.LastLook HAS_RUN_OUT = () -> {
        throw new PutBackException("as a test wants");
    };

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
    private Exchange answer = failed("The connection was refused.");

    @BeforeEach
    void aJobIsClaimed() throws SQLException {
        DueJobs.add(database, 1, "null", "null");
        DueJobs.claim(database, 1);
    }

    @AfterEach
    void close() {
        deliveries.close();
        scheduler.close();
        database.close();
    }

    @Test
    void aFiringIsSentAndRecorded() throws Exception {
        fire(HOLDS);

        assertThat(sent).hasSize(1);
        assertThat(number("select count(*) from jobs where status = 'failed'")).isOne();
        assertThat(number("select count(*) from qrtz_fired_one_shots")).isZero();
    }

    @Test
    void aFailureForGoodIsCountedAsOne() throws Exception {
        fire(HOLDS);

        assertThat(number("select sum(failed) from queue_counts")).isOne();
        assertThat(number("select sum(pending) from queue_counts")).isEqualTo(-1);
        assertThat(number("select sum(completed + dead_lettered) from queue_counts"))
                .isZero();
    }

    @Test
    void whatIsSettledIsNotSent() throws Exception {
        database.execute("update jobs set status = 'cancelled', final_status = 'cancelled'");

        fire(HOLDS);

        assertThat(sent).isEmpty();
        assertThat(number("select count(*) from runs")).isZero();
        assertThat(number("select count(*) from qrtz_fired_one_shots")).isZero();
    }

    /** As after a node stood still, or waited long for the body. */
    @Test
    void nothingIsSentOnceTheLeaseHasRunOut() {
        assertThatThrownBy(() -> fire(HAS_RUN_OUT)).isInstanceOf(PutBackException.class);

        assertThat(sent).isEmpty();
    }

    @Test
    void whatIsNotSentAfterItWasNotedAsBegunIsTakenBack() throws Exception {
        interruptedOnce();

        assertThatThrownBy(() -> fire(HAS_RUN_OUT)).isInstanceOf(PutBackException.class);

        assertThat(number("select count(*) from jobs where begun_at is not null"))
                .isZero();
    }

    @Test
    void whatAnotherNodeHasTakenOverMeanwhileIsNotSent() throws Exception {
        interruptedOnce();
        database.execute("delete from qrtz_fired_one_shots");

        assertThatThrownBy(() -> fire(HOLDS)).isInstanceOf(PutBackException.class);

        assertThat(sent).isEmpty();
    }

    /** It may have been answered twice, but it has one outcome: that of who has it now. */
    @Test
    void whatAnotherNodeHasTakenOverWhileItWasSentIsNotRecorded() throws Exception {
        database.execute("delete from qrtz_fired_one_shots");

        fire(HOLDS);

        assertThat(sent).hasSize(1);
        assertThat(number("select count(*) from runs")).isZero();
        assertThat(number("select count(*) from jobs where status = 'pending'")).isOne();
        assertThat(number("select count(*) from queue_counts")).isZero();
    }

    @Test
    void anAnswerOfWhichOnlyTheBeginningIsKeptIsRecordedAsOne() throws Exception {
        ResponseText beginning = new ResponseText("the beginning", null, true);
        answer = new Exchange(
                Instant.now(), Duration.ofMillis(1), new Answer(200, Map.of(), List.of(), beginning), null, null);

        fire(HOLDS);

        assertThat(number("select count(*) from runs where response_truncated and response_body = 'the beginning'"))
                .isOne();
    }

    @Test
    void whatWasInterruptedBeforeIsSentWhenItIsStillOurs() throws Exception {
        interruptedOnce();

        fire(HOLDS);

        assertThat(sent).hasSize(1);
    }

    @Test
    void aMessageThatTheDatabaseCannotKeepIsMadeOneThatItCan() throws Exception {
        answer = failed("no\0t \uD800 this\r\none");

        fire(HOLDS);

        assertThat(number("select count(*) from runs where error_message = 'no t \uFFFD this  one'"))
                .isOne();
    }

    /** Whatever else there may be that it does not take: the request has been sent, and is not sent for ever. */
    @Test
    void anOutcomeThatTheDatabaseRefusesIsRecordedWithoutItsTexts() throws Exception {
        database.execute("""
                create function refuse() returns trigger language plpgsql as
                  $$ begin raise exception 'a test refuses' using errcode = '22021'; end $$;
                create trigger refuse before insert on runs for each row
                  when (new.error_message like '%strange%' or new.request_headers <> '{}') execute function refuse()
                """);
        answer = failed("Something strange.");

        fire(HOLDS);

        assertThat(number("select count(*) from runs where failure_reason = 'connection_error'"))
                .isOne();
        assertThat(number("select count(*) from qrtz_fired_one_shots")).isZero();
    }

    /** Even that: a fault of ours that somebody mends. Meanwhile the firing is not made again. */
    @Test
    void anOutcomeThatCannotBeRecordedAtAllIsTriedUntilItCan() throws Exception {
        database.execute("alter table runs add constraint nothing check (false) not valid");

        CompletableFuture<?> ended = begin(HOLDS);
        assertThatThrownBy(() -> ended.get(1_500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        database.execute("alter table runs drop constraint nothing");
        ended.get(30, TimeUnit.SECONDS);

        assertThat(sent).hasSize(1);
        assertThat(number("select count(*) from runs")).isOne();
    }

    /** As by a stack that was too short, or a class that could not be loaded. */
    @Test
    void anAnswerThatCannotBeJudgedIsRecordedAndNotSentForEver() throws Exception {
        answer = answered(503, Map.of(), new Unreadable<>());

        fire(HOLDS);

        assertThat(number("select count(*) from runs where response_status = 503 and error_message like '%judged%'"))
                .isOne();
        assertThat(number("select count(*) from qrtz_fired_one_shots")).isZero();
    }

    @Test
    void anErrorOfTheWriterIsOneOutcomesAndThatIsRecordedWithoutItsTexts() throws Exception {
        answer = answered(
                200,
                new AbstractMap<>() {
                    @Override
                    public Set<Entry<String, String>> entrySet() {
                        throw new StackOverflowError("of the test");
                    }
                },
                List.of());

        fire(HOLDS);

        assertThat(number("select count(*) from runs where response_status = 200"))
                .isOne();
        assertThat(number("select count(*) from jobs where status = 'completed'"))
                .isOne();
    }

    private static final class Unreadable<T> extends AbstractList<T> {
        @Override
        public T get(int index) {
            throw new StackOverflowError("of the test");
        }

        @Override
        public int size() {
            return 1;
        }
    }

    private void fire(FiringPort.LastLook lastLook) throws Exception {
        begin(lastLook).get(30, TimeUnit.SECONDS);
    }

    private CompletableFuture<?> begin(FiringPort.LastLook lastLook) throws Exception {
        ClaimedOneShot shot = DueJobs.claimed(1, 1);
        FiringPort port = Objects.requireNonNull(deliveries.ports().get(Triggers.DELIVERY));
        Map<OneShotKey, ?> prepared;
        try (Connection connection = database.dataSource().getConnection()) {
            prepared = port.prepare(connection, List.of(shot));
        }
        return port.fire(shot, prepared.get(shot.key()), lastLook);
    }

    private Exchange send(OutboundRequest request) {
        request.lastLook().run();
        sent.add(request);
        return answer;
    }

    private static Exchange answered(int status, Map<String, String> headers, List<String> retryAfter) {
        Answer answer = new Answer(status, headers, retryAfter, new ResponseText("{}", null, false));
        FailureReason failure = status == 200 ? null : FailureReason.HTTP_SERVER_ERROR;
        return new Exchange(Instant.now(), Duration.ofMillis(1), answer, failure, null);
    }

    private static Exchange failed(String message) {
        return new Exchange(Instant.now(), Duration.ofMillis(1), null, FailureReason.CONNECTION_ERROR, message);
    }

    private void interruptedOnce() throws SQLException {
        database.execute("update jobs set interruptions = 1");
    }

    private long number(String sql) throws SQLException {
        return database.number(sql);
    }
}
