package dev.posthaste.operations;

import static dev.posthaste.operations.ChainsOnDatabase.TEAM;
import static dev.posthaste.operations.ChainsOnDatabase.endedAs;
import static dev.posthaste.operations.ChainsOnDatabase.inStatus;
import static dev.posthaste.operations.ChainsOnDatabase.ofQueue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.posthaste.jobs.ChainFilter;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An operation does to each chain what it says, once, whatever happens meanwhile. */
class OperationsOnDatabaseIT {
    private static final int MORE_THAN_A_SLICE = 2 * OperationSlice.WINDOW + 500;

    private ChainsOnDatabase chains;

    @BeforeEach
    void open() throws SQLException {
        chains = new ChainsOnDatabase();
    }

    @AfterEach
    void close() {
        chains.close();
    }

    @ParameterizedTest
    @EnumSource(OperationAction.class)
    void aDryRunCountsWhatMatchesAndWhatWouldBeSkippedAndChangesNothing(OperationAction action) throws Exception {
        chains.ended(20, FinalStatus.DEAD_LETTERED, "emails");
        chains.pending(10, "emails");
        chains.ended(5, FinalStatus.DEAD_LETTERED, "others");
        String before = everything();

        Operation started = chains.start(new NewOperation(action, ofQueue("emails"), true, 1));
        assertThat(started.status()).isEqualTo(OperationStatus.RUNNING);
        chains.run();

        Operation ended = chains.now(started);
        assertThat(ended.status()).isEqualTo(OperationStatus.FINISHED);
        assertThat(ended.finishedAt()).isNotNull();
        assertThat(ended.matched()).isEqualTo(30);
        assertThat(ended.done()).isZero();
        assertThat(ended.skipped()).isEqualTo(action == OperationAction.CANCEL ? 20 : 10);
        assertThat(everything()).isEqualTo(before);
        assertThat(chains.database.number("select count(*) from audit")).isZero();
    }

    private String everything() throws SQLException {
        return chains.database.text("""
                select (select string_agg(j::text, ' ' order by id) from jobs j)
                    || (select count(*) from requests) || ' ' || (select count(*) from qrtz_triggers)
                    || (select coalesce(sum(pending), 0) from queue_counts)
                """);
    }

    @Test
    void aReplaySendsEachDeadLetterAgainOnceAndAnotherOneSkipsThem() throws Exception {
        chains.ended(MORE_THAN_A_SLICE, FinalStatus.DEAD_LETTERED, "emails");

        Operation first = chains.start(OperationAction.REPLAY, endedAs(FinalStatus.DEAD_LETTERED));
        chains.run();
        Operation second = chains.start(OperationAction.REPLAY, endedAs(FinalStatus.DEAD_LETTERED));
        chains.run();

        assertThat(chains.now(first))
                .extracting(Operation::matched, Operation::done, Operation::skipped)
                .containsExactly((long) MORE_THAN_A_SLICE, (long) MORE_THAN_A_SLICE, 0L);
        assertThat(chains.now(second))
                .extracting(Operation::matched, Operation::done, Operation::skipped)
                .containsExactly((long) MORE_THAN_A_SLICE, 0L, (long) MORE_THAN_A_SLICE);
        assertThat(chains.jobs("status = 'pending'")).isEqualTo(MORE_THAN_A_SLICE);
        assertThat(chains.database.number("select count(*) from qrtz_triggers")).isEqualTo(MORE_THAN_A_SLICE);
        assertThat(chains.jobs("replayed_as is not null")).isEqualTo(MORE_THAN_A_SLICE);
        assertThat(chains.database.number("select sum(dead_lettered) from queue_counts"))
                .isEqualTo(-MORE_THAN_A_SLICE);
    }

    @Test
    void whatAReplayHasMadeIsNotMeantByIt() throws Exception {
        chains.ended(3, FinalStatus.SUCCESS, "emails");

        Operation replay = chains.start(OperationAction.REPLAY, ofQueue("emails"));
        chains.run();
        chains.database.execute(
                "update jobs set status = 'completed', final_status = 'success' where status = 'pending'");
        chains.run();

        assertThat(chains.now(replay).matched()).isEqualTo(3);
        assertThat(chains.jobs("true")).isEqualTo(6);
    }

    @Test
    void theRequestThatDiedIsReplayedAndAChainOfWhichARetryWasReplayedIsSkipped() throws Exception {
        long died = chains.ended(1, FinalStatus.DEAD_LETTERED, "emails");
        long retry = chains.retry(died, 2, "failed", FinalStatus.DEAD_LETTERED);
        chains.database.execute(
                "insert into requests (id, method, url, headers) values (900, 'PUT', 'http://b.test/', '{}');"
                        + "update jobs set request_id = 900, priority = 9 where id = " + retry);
        long replayed = chains.ended(1, FinalStatus.SUCCESS, "emails");
        long its = chains.retry(replayed, 2, "completed", FinalStatus.SUCCESS);
        chains.database.execute("update jobs set replayed_as = 1 where id = " + its);
        chains.database.execute("select setval('requests_id_seq', 1000)");

        Operation replay = chains.start(OperationAction.REPLAY, ofQueue("emails"));
        chains.run();

        assertThat(chains.now(replay).done()).isOne();
        assertThat(chains.now(replay).skipped()).isOne();
        assertThat(chains.database.text("select r.url || ' ' || j.priority from jobs j join requests r"
                        + " on r.id = j.request_id where j.status = 'pending'"))
                .isEqualTo("http://b.test/ 9");
    }

    @Test
    void aCancelEndsWhatIsPendingOfAChainAndLeavesWhatIsClaimed() throws Exception {
        chains.pending(30, "emails");
        chains.ended(4, FinalStatus.SUCCESS, "emails");
        long claimed = chains.pending(1, "emails");
        chains.database.execute("""
                with taken as (delete from qrtz_triggers where trigger_name = 'j%d' returning *)
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, ended, remaining, weights)
                select sched_name, 'claim', 'somebody', trigger_group, job_name, 0, false, array[trigger_name],
                       array[next_fire_time], array[priority], B'0', 1, array[weight] from taken
                """.formatted(claimed));

        Operation cancel = chains.start(OperationAction.CANCEL, ofQueue("emails"));
        Operation inFlight =
                chains.start(new NewOperation(OperationAction.CANCEL, inStatus(JobStatus.PROCESSING), true, null));
        chains.run();

        assertThat(chains.now(cancel))
                .extracting(Operation::matched, Operation::done, Operation::skipped)
                .containsExactly(35L, 30L, 5L);
        assertThat(chains.now(inFlight))
                .extracting(Operation::matched, Operation::skipped)
                .containsExactly(1L, 1L);
        assertThat(chains.jobs("status = 'cancelled' and final_status = 'cancelled'"))
                .isEqualTo(30);
        assertThat(chains.jobs("status = 'pending'")).isOne();
        assertThat(chains.database.number("select sum(pending) from queue_counts"))
                .isEqualTo(-30);
    }

    @Test
    void aPurgeRemovesChainsThatAreOverWithTheirRetriesAndLeavesOthers() throws Exception {
        long dead = chains.ended(10, FinalStatus.DEAD_LETTERED, "emails");
        chains.retry(dead, 2, "failed", FinalStatus.DEAD_LETTERED);
        long retrying = chains.ended(1, FinalStatus.RETRYING, "emails");
        chains.retry(retrying, 2, "pending", null);
        chains.pending(3, "emails");
        chains.ended(2, FinalStatus.SUCCESS, "others");

        Operation purge = chains.start(OperationAction.PURGE, ofQueue("emails"));
        chains.run();

        assertThat(chains.now(purge))
                .extracting(Operation::matched, Operation::done, Operation::skipped)
                .containsExactly(14L, 10L, 4L);
        assertThat(chains.jobs("true")).isEqualTo(7);
        assertThat(chains.jobs("id = " + dead)).isZero();
        assertThat(chains.database.number("select sum(dead_lettered) from queue_counts"))
                .isEqualTo(-10);
    }

    @Test
    void theStatusOfAChainIsThatOfItsLastAttempt() throws Exception {
        long retrying = chains.ended(1, FinalStatus.RETRYING, "emails");
        chains.retry(retrying, 2, "pending", null);
        long recovered = chains.ended(1, FinalStatus.SUCCESS, "emails");
        chains.database.execute("update jobs set status = 'failed' where id = " + recovered);
        chains.retry(recovered, 2, "completed", FinalStatus.SUCCESS);

        assertThat(count(inStatus(JobStatus.PENDING))).isOne();
        assertThat(count(inStatus(JobStatus.COMPLETED))).isOne();
        assertThat(count(inStatus(JobStatus.FAILED))).isZero();
    }

    @Test
    void eachPartOfAFilterFindsItsOwn() throws Exception {
        long first = chains.ended(3, FinalStatus.DEAD_LETTERED, "emails");
        chains.database.execute(
                "update requests set tags = '{a,b}', url = 'http://OTHER.test:81/Path' where id = " + first
                        + "; update jobs set created_at = '2020-01-01T00:00:00Z' where id = " + first
                        + "; insert into runs (job_id, started_at, request_headers, failure_reason)"
                        + " values (" + first + ", now(), '{}', 'timeout'), (" + first + ", now(), '{}', 'dns_error')");

        Instant longAgo = Instant.parse("2021-01-01T00:00:00Z");
        assertThat(count(new ChainFilter(null, null, null, "/path", null, null, null, null, null, null)))
                .isOne();
        assertThat(count(new ChainFilter(null, null, null, null, "b", null, null, null, null, null)))
                .isOne();
        assertThat(count(new ChainFilter(null, null, null, null, "B", null, null, null, null, null)))
                .isZero();
        assertThat(count(new ChainFilter(null, null, null, null, null, "other.TEST", null, null, null, null)))
                .isOne();
        assertThat(count(new ChainFilter(null, null, null, null, null, "test", null, null, null, null)))
                .isZero();
        assertThat(count(new ChainFilter(null, null, null, null, null, "example.com", null, null, null, null)))
                .isEqualTo(2);
        assertThat(count(
                        new ChainFilter(null, null, null, null, null, null, FailureReason.DNS_ERROR, null, null, null)))
                .isOne();
        assertThat(count(new ChainFilter(null, null, null, null, null, null, FailureReason.TIMEOUT, null, null, null)))
                .isZero();
        assertThat(count(new ChainFilter(null, null, null, null, null, null, null, longAgo, null, null)))
                .isOne();
        assertThat(count(new ChainFilter(null, null, null, null, null, null, null, null, longAgo, null)))
                .isEqualTo(2);
        assertThat(count(ofQueue("nowhere"))).isZero();
    }

    @Test
    void aFailureOfWhichNoRunIsKeptIsUnknownAndASuccessIsNone() throws Exception {
        chains.ended(3, FinalStatus.DEAD_LETTERED, "emails");
        chains.ended(4, FinalStatus.SUCCESS, "emails");

        assertThat(count(new ChainFilter(null, null, null, null, null, null, FailureReason.UNKNOWN, null, null, null)))
                .isEqualTo(3);
    }

    @Test
    void thoseThatWereReplayedAreFoundOrLeftOut() throws Exception {
        chains.ended(3, FinalStatus.DEAD_LETTERED, "emails");
        long original = chains.ended(1, FinalStatus.DEAD_LETTERED, "emails");
        long ofRetry = chains.ended(1, FinalStatus.SUCCESS, "emails");
        long retry = chains.retry(ofRetry, 2, "completed", FinalStatus.SUCCESS);
        chains.database.execute("update jobs set replayed_as = 1 where id in (%d, %d)".formatted(original, retry));

        assertThat(count(replayed(true))).isEqualTo(2);
        assertThat(count(replayed(false))).isEqualTo(3);

        Operation purge = chains.start(OperationAction.PURGE, replayed(false));
        chains.run();
        assertThat(chains.now(purge).done()).isEqualTo(3);
        assertThat(chains.now(purge).filter().replayed()).isFalse();
        assertThat(chains.jobs("id in (%d, %d, %d)".formatted(original, ofRetry, retry)))
                .isEqualTo(3);
    }

    /** Between finding and removing there is time enough for somebody to replay one: it is looked at under its lock. */
    @Test
    void whatIsReplayedWhileItIsBeingPurgedIsLeft() throws Exception {
        long first = chains.ended(2, FinalStatus.DEAD_LETTERED, "emails");
        Operation purge = chains.start(OperationAction.PURGE, replayed(false));
        CompletableFuture<Void> slice;
        try (Connection somebody = chains.database.dataSource().getConnection()) {
            somebody.setAutoCommit(false);
            try (Statement replay = somebody.createStatement()) {
                replay.execute("update jobs set replayed_as = 1 where id = " + first);
            }
            slice = CompletableFuture.runAsync(() -> {
                try {
                    chains.run();
                } catch (SQLException e) {
                    throw new CompletionException(e);
                }
            });
            await().until(() -> chains.database.number("select count(*) from pg_locks where not granted") > 0);
            somebody.commit();
        }
        slice.join();

        assertThat(chains.now(purge))
                .extracting(Operation::matched, Operation::done, Operation::skipped)
                .containsExactly(2L, 1L, 1L);
        assertThat(chains.jobs("id = " + first)).isOne();
    }

    /** Its list says so too: an attempt that somebody sent again before the chain died has not resolved it. */
    @Test
    void aDeadLetterIsReplayedAsSuchAndNotByOneOfItsAttempts() throws Exception {
        long died = chains.ended(1, FinalStatus.DEAD_LETTERED, "emails");
        long second = chains.retry(died, 2, "failed", FinalStatus.FAILED_WITH_RETRIES);
        chains.retry(died, 3, "failed", FinalStatus.DEAD_LETTERED);
        chains.database.execute("update jobs set replayed_as = 1 where id = " + second);

        Operation notThis = chains.start(OperationAction.PURGE, replayed(true));
        chains.run();
        assertThat(chains.now(notThis).matched()).isZero();

        Operation replay = chains.start(OperationAction.REPLAY, replayed(false));
        chains.run();
        assertThat(chains.now(replay).done()).isOne();

        Operation purge = chains.start(OperationAction.PURGE, replayed(true));
        chains.run();
        assertThat(chains.now(purge).done()).isOne();
    }

    @Test
    void ofOtherChainsThatAreOverARetryThatWasReplayedCounts() throws Exception {
        long recovered = chains.ended(1, FinalStatus.SUCCESS, "emails");
        long retry = chains.retry(recovered, 2, "completed", FinalStatus.SUCCESS);
        chains.database.execute("update jobs set replayed_as = 1 where id = " + retry);

        Operation purge = chains.start(OperationAction.PURGE, replayed(true));
        chains.run();

        assertThat(chains.now(purge).done()).isOne();
    }

    private static ChainFilter replayed(boolean was) {
        return new ChainFilter(null, null, null, null, null, null, null, null, null, was);
    }

    private long count(ChainFilter filter) throws SQLException {
        Operation counted = chains.start(new NewOperation(OperationAction.PURGE, filter, true, null));
        chains.run();
        assertThat(chains.now(counted).status()).isEqualTo(OperationStatus.FINISHED);
        return chains.now(counted).matched();
    }

    @Test
    void whatWasAcceptedAfterItWasAskedForIsNotMeant() throws Exception {
        chains.ended(5, FinalStatus.SUCCESS, "emails");
        Operation purge = chains.start(OperationAction.PURGE, ofQueue("emails"));
        chains.ended(5, FinalStatus.SUCCESS, "emails");

        chains.run();

        assertThat(chains.now(purge).done()).isEqualTo(5);
        assertThat(chains.jobs("true")).isEqualTo(5);
    }

    /** Each node takes ids by the hundred, so that what is accepted later may have a lower one than what was there. */
    @Test
    void whatWasAcceptedAfterItWasAskedForIsNotMeantUnderALowerIdEither() throws Exception {
        long lower = chains.ended(1, FinalStatus.SUCCESS, "emails");
        chains.ended(4, FinalStatus.SUCCESS, "emails");
        Operation purge = chains.start(OperationAction.PURGE, ofQueue("emails"));
        chains.database.execute("update jobs set created_at = clock_timestamp() where id = " + lower);

        chains.run();

        assertThat(chains.now(purge).matched()).isEqualTo(4);
        assertThat(chains.jobs("id = " + lower)).isOne();
        assertThat(chains.jobs("true")).isOne();
    }

    @Test
    void aQueueThatIsDeletedAndMadeAgainMeanwhileIsAnotherOne() throws Exception {
        chains.ended(5, FinalStatus.DEAD_LETTERED, "emails");
        Operation replay = chains.start(OperationAction.REPLAY, ofQueue("emails"));
        chains.database.execute(
                "delete from queues where name = 'emails'; insert into queues (team_id, name) values (1, 'emails')");

        chains.run();

        assertThat(chains.now(replay))
                .extracting(Operation::status, Operation::matched)
                .containsExactly(OperationStatus.FINISHED, 0L);
        assertThat(chains.jobs("status = 'pending'")).isZero();
    }

    /** The whole slice is undone: neither is anything done twice nor left out when it goes on. */
    @Test
    void aSliceThatBreaksOffAtItsEndLeavesNothingDoneAndIsDoneAgain() throws Exception {
        chains.ended(MORE_THAN_A_SLICE, FinalStatus.DEAD_LETTERED, "emails");
        Operation replay = chains.start(OperationAction.REPLAY, endedAs(FinalStatus.DEAD_LETTERED));
        assertThat(chains.operations.runner().slice()).isTrue();
        chains.database.execute("""
                create function break_off() returns trigger language plpgsql as
                  $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
                create trigger break_off before update on operations for each row execute function break_off()
                """);

        assertThatThrownBy(() -> chains.operations.runner().slice()).isNotNull();
        assertThat(chains.jobs("status = 'pending'")).isEqualTo(OperationSlice.WINDOW);
        assertThat(chains.now(replay).done()).isEqualTo(OperationSlice.WINDOW);

        chains.database.execute("drop trigger break_off on operations");
        chains.run();

        assertThat(chains.now(replay))
                .extracting(Operation::status, Operation::done)
                .containsExactly(OperationStatus.FINISHED, (long) MORE_THAN_A_SLICE);
        assertThat(chains.jobs("status = 'pending'")).isEqualTo(MORE_THAN_A_SLICE);
    }

    @Test
    void manyNodesDoOneOperationWithoutDoingAnythingTwice() throws Exception {
        chains.ended(MORE_THAN_A_SLICE, FinalStatus.DEAD_LETTERED, "emails");
        Operation replay = chains.start(OperationAction.REPLAY, endedAs(FinalStatus.DEAD_LETTERED));

        together(
                4,
                () -> await().until(() -> {
                    chains.operations().runner().slice();
                    return chains.now(replay).status() == OperationStatus.FINISHED;
                }));

        assertThat(chains.now(replay).done()).isEqualTo(MORE_THAN_A_SLICE);
        assertThat(chains.jobs("status = 'pending'")).isEqualTo(MORE_THAN_A_SLICE);
    }

    @Test
    void operationsOverTheSameJobsShareThem() throws Exception {
        chains.ended(MORE_THAN_A_SLICE, FinalStatus.DEAD_LETTERED, "emails");
        List<Operation> all = new ArrayList<>();
        for (OperationAction action : List.of(OperationAction.REPLAY, OperationAction.REPLAY, OperationAction.PURGE)) {
            all.add(chains.start(action, endedAs(FinalStatus.DEAD_LETTERED)));
        }

        together(
                3,
                () -> await().until(() -> {
                    chains.operations().runner().slice();
                    return chains.database.number("select count(*) from operations where status = 'running'") == 0;
                }));

        long replayed = chains.now(all.get(0)).done() + chains.now(all.get(1)).done();
        assertThat(replayed).isLessThanOrEqualTo(MORE_THAN_A_SLICE);
        assertThat(chains.jobs("status = 'pending'")).isEqualTo(replayed);
        assertThat(chains.now(all.get(2)).done()).isEqualTo(MORE_THAN_A_SLICE);
        assertThat(chains.jobs("final_status = 'dead_lettered'")).isZero();
        assertThat(chains.database.number("select sum(dead_lettered) from queue_counts"))
                .isEqualTo(-MORE_THAN_A_SLICE);
    }

    private interface Part {
        void run() throws Exception;
    }

    private static void together(int count, Part part) {
        List<CompletableFuture<Void>> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(CompletableFuture.runAsync(() -> {
                try {
                    part.run();
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            }));
        }
        parts.forEach(CompletableFuture::join);
    }

    @Test
    void oneThatIsStoppedDoesNoFurtherSlice() throws Exception {
        chains.ended(MORE_THAN_A_SLICE, FinalStatus.SUCCESS, "emails");
        Operation purge = chains.start(OperationAction.PURGE, ofQueue("emails"));
        chains.operations.runner().slice();

        assertThat(chains.operations.stop(TEAM, purge.id(), ChainsOnDatabase.SOMEBODY))
                .isInstanceOf(Operations.Result.Done.class);
        assertThat(chains.operations.runner().slice()).isFalse();

        assertThat(chains.now(purge))
                .extracting(Operation::status, Operation::done)
                .containsExactly(OperationStatus.STOPPED, (long) OperationSlice.MAX_PURGED);
        assertThat(chains.now(purge).finishedAt()).isNotNull();
        assertThat(chains.operations.stop(TEAM, purge.id(), ChainsOnDatabase.SOMEBODY))
                .isEqualTo(new Operations.Result.NotAllowed(
                        "The operation is stopped; only a running one can be stopped."));
        assertThat(chains.operations.stop(2, purge.id(), ChainsOnDatabase.SOMEBODY))
                .isInstanceOf(Operations.Result.NotThere.class);
        assertThat(
                        chains.database.text(
                                "select string_agg(action || ' ' || actor || ' ' || coalesce(count, 0), ', ' order by id) from audit"))
                .isEqualTo("operation.start somebody 0, operation.stop somebody 100");
    }

    @Test
    void oneWhoseTokenIsRevokedDoesNoMoreAndOneWhoseTokenExpiresGoesOn() throws Exception {
        chains.ended(OperationSlice.MAX_PURGED + 50, FinalStatus.SUCCESS, "emails");
        chains.database.execute("""
                insert into api_tokens (id, team_id, name, prefix, sha256) overriding system value
                values (7, 1, 'somebody', 'pht_', sha256('s'))
                """);
        Operation purge = chains.start(OperationAction.PURGE, ofQueue("emails"));
        chains.database.execute("update api_tokens set expires_at = now() - interval '1 hour' where id = 7");
        assertThat(chains.operations.runner().slice()).isTrue();

        chains.database.execute("update api_tokens set revoked_at = now() where id = 7");
        chains.run();

        assertThat(chains.now(purge))
                .extracting(Operation::status, Operation::done)
                .containsExactly(OperationStatus.STOPPED, (long) OperationSlice.MAX_PURGED);
        assertThat(chains.now(purge).finishedAt()).isNotNull();
        assertThat(chains.jobs("true")).isEqualTo(50);
        assertThat(
                        chains.database.text(
                                "select string_agg(action || ' ' || actor || ' ' || coalesce(count, 0), ', ' order by id) from audit"))
                .isEqualTo("operation.start somebody 0, operation.stop server 100");
    }

    @Test
    void aRateHoldsFromOneSliceToTheNextWhoeverDoesThem() throws Exception {
        chains.ended(100, FinalStatus.SUCCESS, "emails");
        Operation slow = chains.start(new NewOperation(OperationAction.PURGE, ofQueue("emails"), false, 20));

        assertThat(chains.operations.runner().slice()).isTrue();

        assertThat(chains.now(slow))
                .extracting(Operation::matched, Operation::done, Operation::skipped)
                .containsExactly(5L, 5L, 0L);
        chains.database.execute("update operations set next_at = next_at + interval '30 seconds'");
        assertThat(chains.operations().runner().slice())
                .as("it is not yet time")
                .isFalse();
        chains.database.execute("update operations set next_at = next_at - interval '1 hour'");
        assertThat(chains.operations().runner().slice()).isTrue();
        assertThat(chains.now(slow))
                .extracting(Operation::matched, Operation::done, Operation::skipped)
                .containsExactly(10L, 10L, 0L);
    }

    @Test
    void oneThatAClockSetBackHasLeftBehindGoesOn() throws Exception {
        chains.ended(10, FinalStatus.SUCCESS, "emails");
        Operation slow = chains.start(new NewOperation(OperationAction.PURGE, ofQueue("emails"), false, 20));
        assertThat(chains.operations.runner().slice()).isTrue();

        chains.database.execute("update operations set next_at = now() + interval '1 hour'");

        assertThat(chains.operations.runner().slice()).isTrue();
        assertThat(chains.now(slow).done()).isEqualTo(10);
    }

    @Test
    void noMoreASecondAreDoneThanWasAskedFor() throws Exception {
        chains.ended(100, FinalStatus.SUCCESS, "emails");
        Operation purge = chains.start(new NewOperation(OperationAction.PURGE, ofQueue("emails"), false, 100));
        OperationRunner runner = chains.operations.runner();
        runner.start();
        try {
            await().until(() -> chains.now(purge).status() == OperationStatus.FINISHED);
        } finally {
            runner.close();
        }

        Operation ended = chains.now(purge);
        assertThat(ended.done()).isEqualTo(100);
        assertThat(Duration.between(ended.createdAt(), ended.finishedAt())).isGreaterThan(Duration.ofMillis(750));
    }

    @Test
    void whatIsSkippedDoesNotCountForTheRate() throws Exception {
        chains.pending(50, "emails");
        chains.ended(1, FinalStatus.SUCCESS, "emails");
        Operation slow = chains.start(new NewOperation(OperationAction.PURGE, ofQueue("emails"), false, 1));

        chains.operations.runner().slice();

        assertThat(chains.now(slow))
                .extracting(Operation::done, Operation::skipped)
                .containsExactly(1L, 50L);
    }

    @Test
    void aReplayOfLargeRequestsIsSlicedByTheirBytes() throws Exception {
        chains.ended(50, FinalStatus.SUCCESS, "emails");
        chains.database.execute("update requests set body_kind = 'RAW', body = repeat('x', 1024 * 1024)");
        Operation replay = chains.start(OperationAction.REPLAY, ofQueue("emails"));

        chains.operations.runner().slice();

        assertThat(chains.now(replay).done()).isBetween(30L, 32L);
    }

    /** What lies in a slice is no outage: it is given up, and others are done meanwhile. */
    @Test
    void oneThatFailsByItselfAgainAndAgainIsGivenUpAndOthersAreDone() throws Exception {
        chains.ended(5, FinalStatus.SUCCESS, "emails");
        Operation bad = chains.start(OperationAction.PURGE, ofQueue("emails"));
        Operation good = chains.start(new NewOperation(OperationAction.PURGE, ofQueue("emails"), true, null));
        chains.database.execute(
                "update operations set filter = '{\"status\": \"of a later build\"}' where id = " + bad.id());
        OperationRunner runner = chains.operations.runner();
        runner.start();
        try {
            await().until(() -> chains.now(good).status() == OperationStatus.FINISHED);
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> chains.database
                            .text("select status from operations where id = " + bad.id())
                            .equals("failed"));
        } finally {
            runner.close();
        }
        assertThat(chains.jobs("true")).isEqualTo(5);
    }

    @Test
    void anOutageIsWaitedFor() throws Exception {
        chains.ended(MORE_THAN_A_SLICE, FinalStatus.SUCCESS, "emails");
        Operation purge = chains.start(new NewOperation(OperationAction.PURGE, ofQueue("emails"), false, 1_000));
        OperationRunner runner = chains.operations.runner();
        runner.start();
        try {
            await().until(() -> chains.now(purge).done() > 0);
            for (int i = 0; i < 3; i++) {
                chains.database.endSessions();
            }
            await().atMost(Duration.ofMinutes(1)).until(() -> chains.now(purge).status() == OperationStatus.FINISHED);
        } finally {
            runner.close();
        }
        assertThat(chains.now(purge).done()).isEqualTo(MORE_THAN_A_SLICE);
        assertThat(runner.ended()).isEmpty();
    }

    /** A row that somebody holds is passed over: another operation's turn is not his to take. */
    @Test
    void whoIsHeldUpHoldsUpNobodyElse() throws Exception {
        chains.ended(5, FinalStatus.SUCCESS, "emails");
        Operation held = chains.start(OperationAction.PURGE, ofQueue("emails"));
        Operation free = chains.start(new NewOperation(OperationAction.PURGE, ofQueue("emails"), true, null));
        try (Connection other = chains.database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select 1 from operations where id = " + held.id() + " for update");

            chains.run();

            other.rollback();
        }
        assertThat(chains.now(free).status()).isEqualTo(OperationStatus.FINISHED);
        assertThat(chains.now(held).status()).isEqualTo(OperationStatus.RUNNING);
    }

    @Test
    void tenOfATeamRunAtOnceAndNoMore() throws Exception {
        for (int i = 0; i < 10; i++) {
            chains.start(OperationAction.PURGE, ofQueue("emails"));
        }

        assertThat(chains.operations.start(
                        TEAM,
                        new NewOperation(OperationAction.PURGE, ofQueue("emails"), true, null),
                        ChainsOnDatabase.SOMEBODY))
                .isInstanceOf(Operations.Result.NotAllowed.class);
        chains.run();
        chains.start(OperationAction.PURGE, ofQueue("emails"));
    }

    @Test
    void whatOneTeamHasRunningIsNeitherStoppedNorCountedByAnother() throws Exception {
        chains.database.execute("insert into teams (id, name) overriding system value values (2, 'others')");
        Operation ours = chains.start(OperationAction.PURGE, ofQueue("emails"));
        for (int i = 1; i < 10; i++) {
            chains.start(OperationAction.PURGE, ofQueue("emails"));
        }

        assertThat(chains.operations.stop(2, ours.id(), ChainsOnDatabase.SOMEBODY))
                .isInstanceOf(Operations.Result.NotThere.class);
        assertThat(chains.now(ours).status()).isEqualTo(OperationStatus.RUNNING);
        assertThat(chains.operations.start(
                        2,
                        new NewOperation(OperationAction.PURGE, ofQueue("emails"), true, null),
                        ChainsOnDatabase.SOMEBODY))
                .isInstanceOf(Operations.Result.Done.class);
    }

    @Test
    void thoseThatEndedLongAgoAreRemoved() throws Exception {
        Operation ended = chains.start(OperationAction.PURGE, ofQueue("emails"));
        chains.run();
        Operation running = chains.start(OperationAction.PURGE, ofQueue("emails"));
        chains.database.execute("update operations set created_at = created_at - interval '31 days',"
                + " finished_at = finished_at - interval '31 days'");

        try (Connection connection = chains.database.dataSource().getConnection()) {
            assertThat(new OperationDao().removeEnded(connection, Duration.ofDays(30), 10))
                    .isOne();
        }

        assertThat(chains.operations.find(TEAM, ended.id())).isEmpty();
        assertThat(chains.operations.find(TEAM, running.id())).isPresent();
    }
}
