package dev.posthaste.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.redaction.Redaction;
import dev.posthaste.sql.GroupCommit;
import dev.posthaste.teams.TokenDao;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Submissions that share a transaction. */
class AcceptJobsIT {
    private static final long TEAM = 1;
    private static final IntakeLimits FIVE_A_SECOND = new IntakeLimits(5, 0);

    private final TestDatabase database = TestDatabase.fresh();
    private final QueueResolver queues = new QueueResolver(database.dataSource(), new QueueDao());
    private long token;

    @BeforeEach
    void makeToken() throws SQLException {
        token = database.number(
                "insert into api_tokens (team_id, name, prefix, sha256) values (1, 'x', 'x', 'x')" + " returning id");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whoFollowsARefusedCallWithItsKeyIsJudgedByItself() throws Exception {
        List<IntakeResult> results = acceptTogether(FIVE_A_SECOND, push(6, "key", "six"), push(2, "key", "two"));

        assertThat(results.get(0)).isEqualTo(new IntakeResult.NeverFits(5));
        assertIsNew(results.get(1), 2);
        assertThat(acceptTogether(FIVE_A_SECOND, push(2, "key", "two"), push(1, "key", "one")))
                .containsExactly(again(results.get(1)), new IntakeResult.KeyConflict());
        assertThat(jobs()).isEqualTo(2);
    }

    @Test
    void aKeyIsTheFirstsThatFitsAndTheRestOfTheGroupGoesByIt() throws Exception {
        List<IntakeResult> results = acceptTogether(
                FIVE_A_SECOND,
                push(4, null, ""),
                push(3, "key", "three"),
                push(1, "key", "one"),
                push(1, "key", "one"),
                push(3, "key", "three"));

        assertIsNew(results.get(0), 4);
        assertThat(results.get(1)).isInstanceOf(IntakeResult.LimitReached.class);
        assertIsNew(results.get(2), 1);
        assertThat(results.subList(3, 5)).containsExactly(again(results.get(2)), new IntakeResult.KeyConflict());
        assertThat(jobs()).isEqualTo(5);
    }

    @Test
    void aKeyThatOnlyRefusedCallsHadIsFree() throws Exception {
        assertThat(acceptTogether(FIVE_A_SECOND, push(6, "key", "six"), push(7, "key", "seven")))
                .containsOnly(new IntakeResult.NeverFits(5));
        assertThat(database.number("select count(*) from idempotency_keys")).isZero();

        assertIsNew(acceptTogether(FIVE_A_SECOND, push(1, "key", "one")).get(0), 1);
    }

    @Test
    void anAnswerThatIsGivenAgainTakesNothingOfTheLimit() throws Exception {
        List<IntakeResult> results = acceptTogether(
                FIVE_A_SECOND,
                push(3, "key", "three"),
                push(3, "key", "three"),
                push(3, "key", "three"),
                push(2, null, ""));

        assertIsNew(results.get(0), 3);
        assertThat(results.subList(1, 3)).containsOnly(again(results.get(0)));
        assertIsNew(results.get(3), 2);
    }

    @Test
    void withoutALimitTheFirstHasTheKey() throws Exception {
        List<IntakeResult> results = acceptTogether(
                new IntakeLimits(0, 0), push(1, "key", "one"), push(2, "key", "two"), push(1, "key", "one"));

        assertIsNew(results.get(0), 1);
        assertThat(results.subList(1, 3)).containsExactly(new IntakeResult.KeyConflict(), again(results.get(0)));
        assertThat(jobs()).isEqualTo(1);
    }

    /** To be seen, queues have to end by themselves what nobody counts: rows of the counts that are changed by hand. */
    @Test
    void aTeamsQueuesAreSummedUpOnceASecondWhileItsJobsFit() throws Exception {
        IntakeLimits tenPending = new IntakeLimits(0, 10);
        assertIsNew(acceptTogether(tenPending, push(4, null, "")).get(0), 4);
        database.execute("update queue_counts set pending = 1000");
        database.execute("update team_intake set summed_at = clock_timestamp()");

        assertIsNew(acceptTogether(tenPending, push(6, null, "")).get(0), 6);
        database.execute("update team_intake set summed_at = clock_timestamp(), pending = 0");
        assertIsNew(acceptTogether(tenPending, push(1, null, "")).get(0), 1);
        database.execute("update team_intake set summed_at = clock_timestamp() - interval '1 second'");

        assertThat(acceptTogether(tenPending, push(1, null, "")).get(0)).isInstanceOf(IntakeResult.LimitReached.class);
    }

    @Test
    void whatWasPushedSinceTheSumCountsAndWhatWasRefusedDoesNot() throws Exception {
        IntakeLimits tenPending = new IntakeLimits(0, 10);

        acceptTogether(tenPending, push(4, null, ""), push(10, null, ""), push(5, null, ""));

        assertThat(database.number("select pending from team_intake")).isEqualTo(9);
        acceptTogether(tenPending, push(1, null, ""));
        assertThat(database.number("select pending from team_intake")).isEqualTo(10);
    }

    @Test
    void whoDoesNotFitByTheLastSumIsJudgedByANewOneUnlessThatCosts() throws Exception {
        IntakeLimits tenPending = new IntakeLimits(0, 10);
        acceptTogether(tenPending, push(10, null, ""));
        database.execute("update queue_counts set pending = 9");
        database.execute("update team_intake set summed_at = clock_timestamp(), counts = 1001");
        assertThat(acceptTogether(tenPending, push(1, null, "")).get(0)).isInstanceOf(IntakeResult.LimitReached.class);

        database.execute("update team_intake set summed_at = clock_timestamp(), counts = 1000");

        assertIsNew(acceptTogether(tenPending, push(1, null, "")).get(0), 1);
    }

    private List<IntakeResult> acceptTogether(IntakeLimits limits, Submission... submissions) throws Exception {
        AcceptJobs work = new AcceptJobs(
                new TokenDao(),
                new QueueDao(),
                new IdempotencyKeys(new IdempotencyDao()),
                new TeamLimit(limits, new TeamIntakeDao(), new QueueCountDao()),
                new RequestDao(),
                new JobDao(),
                new OneShots("posthaste"),
                new QueueCountDao());
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch gathered = new CountDownLatch(1);
        List<CompletableFuture<IntakeResult>> futures = new ArrayList<>();
        try (GroupCommit<ResolvedSubmission, IntakeResult> groups = new GroupCommit<>(
                "intake",
                database.dataSource(),
                (transaction, group) -> {
                    first.countDown();
                    awaitIgnoringInterrupts(gathered);
                    return work.write(transaction, group);
                },
                GroupCommit.WhileAway.FAIL,
                100)) {
            // Holds the writer until all others are there, and pushes nothing.
            CompletableFuture<IntakeResult> nothing =
                    groups.enqueue(queues.resolve(new Submission(TEAM, token, List.of(), null)));
            first.await();
            for (Submission submission : submissions) {
                futures.add(groups.enqueue(queues.resolve(submission)));
            }
            gathered.countDown();
            nothing.get();
            List<IntakeResult> results = new ArrayList<>();
            for (CompletableFuture<IntakeResult> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }

    private static void awaitIgnoringInterrupts(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Submission push(int count, @Nullable String key, String digest) {
        TargetRequest request =
                new TargetRequest("POST", "http://a.test/", Map.of(), null, null, null, null, Redaction.NONE);
        NewJob job = new NewJob("q", request, new Schedule.After(Duration.ofDays(1)), NewJob.DEFAULT_PRIORITY);
        return new Submission(
                TEAM,
                token,
                Collections.nCopies(count, job),
                key == null ? null : new Submission.Idempotency(key, digest));
    }

    private static void assertIsNew(IntakeResult result, int jobs) {
        assertThat(result).isInstanceOfSatisfying(IntakeResult.Accepted.class, accepted -> {
            assertThat(accepted.replayed()).isFalse();
            assertThat(accepted.jobs()).hasSize(jobs);
        });
    }

    private static IntakeResult again(IntakeResult first) {
        return new IntakeResult.Accepted(((IntakeResult.Accepted) first).jobs(), true);
    }

    private long jobs() throws SQLException {
        return database.number("select count(*) from jobs");
    }
}
