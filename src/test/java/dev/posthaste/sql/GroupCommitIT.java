package dev.posthaste.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entries are numbers that must differ; each is written to two tables, by statements that go with the commit. */
class GroupCommitIT {
    private final TestDatabase database = TestDatabase.empty();
    private final CountDownLatch firstGroupHasBegun = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<Integer> groups = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final GroupCommit<Integer, String> commits = new GroupCommit<>(
            "test", database.dataSource(), this::write, GroupCommit.WhileAway.FAIL, null, 100, nanos::get);

    @BeforeEach
    void twoTables() throws SQLException {
        database.execute("create table numbers (number integer primary key)");
        database.execute("create table notes (number integer not null)");
    }

    @AfterEach
    void everythingEnds() {
        commits.close();
        database.close();
    }

    @Test
    void whatIsHandedOverForTheCommitIsThereOnceTheCallerKnows() throws Exception {
        gate.countDown();

        assertThat(commits.submit(1)).isEqualTo("wrote 1");

        assertThat(database.number("select count(*) from numbers")).isEqualTo(1);
        assertThat(database.number("select count(*) from notes")).isEqualTo(1);
    }

    @Test
    void anEntryThatFailsAtTheCommitFailsAloneAndLeavesNothingBehind() throws Exception {
        database.execute("insert into numbers values (3)");
        List<CompletableFuture<String>> results = new ArrayList<>();
        results.add(commits.enqueue(0));
        firstGroupHasBegun.await();
        for (int i = 1; i <= 5; i++) {
            results.add(commits.enqueue(i));
        }
        gate.countDown();

        for (int i = 0; i <= 5; i++) {
            if (i != 3) {
                assertThat(results.get(i).get(30, TimeUnit.SECONDS)).isEqualTo("wrote " + i);
            }
        }
        assertThatThrownBy(() -> results.get(3).get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("ERROR: duplicate key value violates unique constraint \"numbers_pkey\"\n"
                        + "  Detail: Key (number)=(3) already exists.");
        assertThat(database.number("select count(*) from numbers")).isEqualTo(6);
        assertThat(database.number("select count(*) from notes where number = 3"))
                .isZero();
        assertThat(groups).containsExactly(1, 5, 1, 1, 1, 1, 1);
    }

    @Test
    void aWriterThatHasEndedIsNoticedAndItsCallersAreTold() throws Exception {
        GroupCommit<Integer, String> dying = new GroupCommit<>(
                "dying",
                database.dataSource(),
                (transaction, numbers) -> {
                    throw new Deadly();
                },
                GroupCommit.WhileAway.FAIL,
                100);
        assertThat(dying.isHeldUp()).isFalse();

        assertThatThrownBy(() -> dying.enqueue(1).get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(Deadly.class);

        // The writer's end is meant, and may come while this waits.
        await().dontCatchUncaughtExceptions()
                .untilAsserted(() -> assertThatThrownBy(dying::isHeldUp)
                        .isInstanceOfSatisfying(
                                ThreadEndedException.class,
                                ended -> assertThat(ended.thread()).isEqualTo("dying-writer")));
        assertThatThrownBy(() -> dying.enqueue(2).get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(SQLException.class);
        dying.close();
        assertThat(dying.isHeldUp()).isFalse();
    }

    @Test
    void whatAnErrorInterruptsIsUndoneAndTheNextGroupIsWritten() throws Exception {
        AtomicBoolean isFirst = new AtomicBoolean(true);
        try (GroupCommit<Integer, String> interrupted = new GroupCommit<>(
                "interrupted",
                database.dataSource(),
                (transaction, numbers) -> {
                    try (Statement statement = transaction.connection().createStatement()) {
                        statement.execute("insert into notes values (" + numbers.get(0) + ")");
                    }
                    if (isFirst.getAndSet(false)) {
                        throw new StackOverflowError("a test's");
                    }
                    return List.of("written");
                },
                GroupCommit.WhileAway.FAIL,
                100)) {
            assertThatThrownBy(() -> interrupted.enqueue(1).get(30, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(StackOverflowError.class);
            assertThat(database.number("select count(*) from notes")).isZero();

            assertThat(interrupted.enqueue(2).get(30, TimeUnit.SECONDS)).isEqualTo("written");
        }
        assertThat(database.number("select number from notes")).isEqualTo(2);
    }

    /** As when the program's file is written over: what has happened is neither told to have failed nor done again. */
    @Test
    void withoutItsClassesAWriterEndsAndKeepsWhatItHad() throws Exception {
        GroupCommit<Integer, String> bereft = new GroupCommit<>(
                "bereft",
                database.dataSource(),
                (transaction, numbers) -> {
                    throw new NoClassDefFoundError("a test's");
                },
                GroupCommit.WhileAway.KEEP_TRYING,
                100);

        CompletableFuture<String> kept = bereft.enqueue(1);

        await().untilAsserted(() -> assertThatThrownBy(bereft::isHeldUp).isInstanceOf(ThreadEndedException.class));
        assertThat(kept).isNotDone();
        bereft.close();
    }

    /** As a connection on which no answer comes: whoever goes on would have more and more that is not written. */
    @Test
    void aGroupThatIsNotWrittenInTimeHoldsUp() throws Exception {
        CompletableFuture<String> first = commits.enqueue(0);
        firstGroupHasBegun.await();
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(commits.isHeldUp()).isFalse();

        nanos.incrementAndGet();

        assertThat(commits.isHeldUp()).isTrue();
        gate.countDown();

        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("wrote 0");
        await().until(() -> !commits.isHeldUp());
    }

    /** Nothing else may be there whose commit would tell that the database takes what it is given. */
    @Test
    void anEntryThatTheDatabaseRefusesWhenItIsBackHoldsUpNobody() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        GroupCommit<Integer, String> kept = new GroupCommit<>(
                "kept",
                database.dataSource(),
                (transaction, entries) -> {
                    throw new SQLException("a test's", tries.getAndIncrement() == 0 ? "08006" : "22P05");
                },
                GroupCommit.WhileAway.KEEP_TRYING,
                100);

        assertThatThrownBy(() -> kept.enqueue(1).get(30, TimeUnit.SECONDS)).hasRootCauseMessage("a test's");

        assertThat(tries).hasValue(2);
        assertThat(kept.isHeldUp()).isFalse();
        kept.close();
    }

    @Test
    void whoIsToldOfACommitFindsNoHoldUp() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        GroupCommit<Integer, String> kept = new GroupCommit<>(
                "kept",
                database.dataSource(),
                (transaction, entries) -> {
                    if (tries.getAndIncrement() == 0) {
                        throw new SQLException("a test's", "08006");
                    }
                    return List.of("written");
                },
                GroupCommit.WhileAway.KEEP_TRYING,
                100);

        CompletableFuture<Boolean> isHeldUp = kept.enqueue(1).thenApply(written -> kept.isHeldUp());

        assertThat(isHeldUp.get(30, TimeUnit.SECONDS)).isFalse();
        kept.close();
    }

    /** The network may have forgotten the first one's connection; a database that is slow is waited for. */
    @Test
    void aFirstTryWaitsForAnAnswerShorterThanTheNextOnes() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        GroupCommit<Integer, String> patient = new GroupCommit<>(
                "patient",
                database.dataSource(),
                (transaction, numbers) -> {
                    tries.incrementAndGet();
                    try (Statement statement = transaction.connection().createStatement()) {
                        statement.execute("select pg_sleep(1)");
                    }
                    return List.of("written");
                },
                GroupCommit.WhileAway.KEEP_TRYING,
                Duration.ofMillis(200),
                100);

        assertThat(patient.enqueue(1).get(30, TimeUnit.SECONDS)).isEqualTo("written");

        assertThat(tries).hasValue(2);
        patient.close();
    }

    /** As a group whose statement always takes longer than statements may. */
    @Test
    void whatIsTooMuchAtOnceIsWrittenInHalves() throws Exception {
        GroupCommit<Integer, String> slow = new GroupCommit<>(
                "slow",
                database.dataSource(),
                (transaction, numbers) -> {
                    if (numbers.size() > 3) {
                        throw new SQLException("canceling statement due to statement timeout", "57014");
                    }
                    return write(transaction, numbers);
                },
                GroupCommit.WhileAway.KEEP_TRYING,
                100);
        List<CompletableFuture<String>> results = new ArrayList<>();
        results.add(slow.enqueue(0));
        firstGroupHasBegun.await();
        for (int i = 1; i <= 10; i++) {
            results.add(slow.enqueue(i));
        }
        gate.countDown();

        for (CompletableFuture<String> result : results) {
            assertThat(result.get(30, TimeUnit.SECONDS)).startsWith("wrote");
        }
        slow.close();
        assertThat(database.number("select count(*) from numbers")).isEqualTo(11);
    }

    /** As when there is no memory to tell that there is none: who logs it dies of it. */
    private static final class Deadly extends Error {
        @Override
        public String getMessage() {
            if (Thread.currentThread().getName().equals("dying-writer")) {
                throw this;
            }
            return "deadly";
        }
    }

    /** The first group waits for the gate, so that those who come meanwhile share the next one. */
    private List<String> write(Transaction transaction, List<Integer> numbers) throws SQLException {
        firstGroupHasBegun.countDown();
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", e);
        }
        groups.add(numbers.size());
        transaction.atCommit(List.of(insertion("notes", numbers), insertion("numbers", numbers)));
        return numbers.stream().map(number -> "wrote " + number).toList();
    }

    private static BoundStatement insertion(String table, List<Integer> numbers) {
        return BoundStatement.effect(
                NamedSql.of("insert into " + table + " select * from unnest(:numbers)"),
                values -> values.integers("numbers", numbers));
    }
}
