package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.posthaste.alerts.Crossings;
import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.DueJobDao;
import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.jobs.RunDao;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.DatabaseClock;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.oneshots.Trace;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.recurring.CronDao;
import dev.posthaste.redaction.Masks;
import dev.posthaste.redaction.Redaction;
import dev.posthaste.signing.TeamSigning;
import dev.posthaste.signing.TestKeys;
import dev.posthaste.sql.GroupCommit;
import dev.posthaste.sql.Transaction;
import dev.posthaste.stats.Statistics;
import dev.posthaste.tracing.Spans;
import io.opentelemetry.api.OpenTelemetry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever becomes of an outcome, the room of its answer is given back, and not before. */
@Timeout(60)
class AnswerRoomReturnsIT {
    private static final Masks MASKS = new Masks(new byte[32]);

    private static final String NO_BASE_64 = "%";

    private final TestDatabase database = TestDatabase.empty();
    private final CountDownLatch mayBeWritten = new CountDownLatch(1);
    private final AtomicInteger releases = new AtomicInteger();
    private volatile boolean isRefused;
    private final GroupCommit<Outcome, Boolean> outcomes =
            new GroupCommit<>("test", database.dataSource(), this::write, GroupCommit.WhileAway.KEEP_TRYING, 10);

    private final Beginnings beginnings =
            new Beginnings(database.dataSource(), new DueJobDao(), new OneShots("posthaste"));

    @AfterEach
    void close() {
        beginnings.close();
        mayBeWritten.countDown();
        outcomes.close();
        database.close();
    }

    @Test
    void whenTheOutcomeIsRecorded() throws Exception {
        CompletableFuture<?> recorded = fire("[]", answer(null));
        assertThat(releases).as("its answer is still held").hasValue(0);

        mayBeWritten.countDown();
        recorded.get(30, TimeUnit.SECONDS);
        assertThat(releases).hasValue(1);
    }

    @Test
    void whenItCannotBeRecorded() throws Exception {
        isRefused = true;
        CompletableFuture<?> recorded = fire("[]", answer(null));
        mayBeWritten.countDown();

        await().until(() -> releases.get() == 1);
        isRefused = false;
        recorded.get(30, TimeUnit.SECONDS);
        assertThat(releases).hasValue(1);
    }

    @Test
    void whenTheAnswerCannotBeChecked() throws Exception {
        mayBeWritten.countDown();
        fire("[{\"type\":\"body_contains\",\"value\":\"x\"}]", answer("base64")).get(30, TimeUnit.SECONDS);

        assertThat(releases).hasValue(1);
    }

    @Test
    void whenWhoeverRecordsIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> fire("[]", answer(null))).isInstanceOf(InterruptedException.class);
        assertThat(releases).hasValue(1);
    }

    private CompletableFuture<?> fire(String assertions, Answer answer) throws InterruptedException {
        HttpSender sender = request -> new Exchange(
                Instant.EPOCH, Instant.EPOCH, Duration.ZERO, answer, null, null, releases::incrementAndGet);
        TargetRequest request =
                new TargetRequest("POST", "http://a.test/", Map.of(), null, null, null, List.of(), Redaction.NONE);
        DueJob job = new DueJob(
                1,
                2,
                0,
                3,
                "emails",
                4,
                request,
                1,
                1,
                5,
                0,
                0,
                false,
                30,
                List.of(),
                Redaction.NONE,
                assertions,
                false,
                Instant.EPOCH,
                null);
        ClaimedOneShot shot = new ClaimedOneShot(
                new OneShotKey("q3", "j1"), Triggers.DELIVERY, "claim", 1, 1, Instant.EPOCH, Instant.EPOCH, 0);
        return firing(sender).fire(shot, new DeliveryFiring.Prepared(job, TeamSigning.NONE), () -> {});
    }

    private DeliveryFiring firing(HttpSender sender) {
        DatabaseClock clock = new DatabaseClock(InstantSource.system());
        RequestComposer composer = new RequestComposer("Test/1", clock);
        DueJobDao dueJobs = new DueJobDao();
        JobDao jobs = new JobDao();
        RunDao runs = new RunDao();
        AttemptRecorder attempts = new AttemptRecorder(
                jobs,
                new ExecutionDao(),
                new CronDao(),
                runs,
                new CallbackDao(),
                new QueueCountDao(),
                new Crossings(Crossings.WINDOW),
                new OneShots("posthaste"),
                clock);
        OutcomeLog outcomeLog = new OutcomeLog(this.outcomes, new ToldWay(new Trace()));
        return new DeliveryFiring(
                dueJobs,
                TestKeys.none(),
                beginnings,
                new LargeBodies(database.dataSource(), new RequestDao()),
                composer,
                sender,
                new Unsent(),
                new AnswerCheck(),
                new EndedAttempts(MASKS),
                outcomeLog,
                new AttemptLog(outcomeLog, new EndedAttempts(MASKS), new LogFields("node")),
                new InterruptedDeliveries(
                        dueJobs,
                        jobs,
                        runs,
                        attempts,
                        composer,
                        new EndedAttempts(MASKS),
                        new AlertCounts(),
                        new Statistics(Duration.ofDays(1), clock)),
                clock,
                new ToldWay(new Trace()),
                new Spans(OpenTelemetry.noop()),
                new LogFields("node"));
    }

    private static Answer answer(@Nullable String encoding) {
        return new Answer(200, Map.of(), List.of(), new ResponseText(NO_BASE_64, encoding, false));
    }

    private List<Boolean> write(Transaction transaction, List<Outcome> entries) throws SQLException {
        try {
            mayBeWritten.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (isRefused) {
            throw new SQLException("of the test", "22000");
        }
        return entries.stream().map(entry -> true).toList();
    }
}
