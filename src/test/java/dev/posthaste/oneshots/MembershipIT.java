package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.sql.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class MembershipIT {
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final TestDatabase database = TestDatabase.fresh();
    private final AtomicLong nanos = new AtomicLong(1);
    private final AtomicLong wallMillis = new AtomicLong(1_000_000);
    private final List<Connection> sessions = new ArrayList<>();
    private final Membership node = membership("node");
    private final Membership other = membership("other");

    @AfterEach
    void close() throws SQLException {
        for (Connection session : sessions) {
            session.close();
        }
        database.close();
    }

    @Test
    void theLeaseBeginsWithTheCommitOfTheCheckIn() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Runnable committed = node.checkIn(connection, null);
            assertThat(node.lease().holds()).isFalse();

            connection.commit();
            committed.run();
            assertThat(node.lease().holds()).isTrue();
        }
    }

    @Test
    void aTermLastsAsLongAsTheLeaseIsExtendedInTime() throws SQLException {
        checkIn(node);
        long term = node.lease().term();

        checkIn(node);
        checkIn(node);

        assertThat(node.lease().holdsSince(term)).isTrue();
    }

    @Test
    void whoseLeaseHadRunOutBeginsANewTerm() throws Exception {
        checkIn(node);
        long term = node.lease().term();
        pass(LEASE);
        assertThat(node.lease().holds()).isFalse();

        checkIn(node);

        assertThat(node.lease().term()).isNotEqualTo(term);
        assertThat(node.lease().holdsSince(term)).isFalse();
    }

    @Test
    void aMachineThatWasSuspendedHasLostItsLeaseThoughItsSteadyClockStoodStill() throws SQLException {
        checkIn(node);
        long term = node.lease().term();

        wallMillis.addAndGet(LEASE.toMillis());

        assertThat(node.lease().holds()).isFalse();
        checkIn(node);
        assertThat(node.lease().holdsSince(term)).isFalse();
    }

    @Test
    void aClockThatWasSetBackProlongsNoLease() throws SQLException {
        checkIn(node);
        wallMillis.addAndGet(-Duration.ofHours(1).toMillis());

        nanos.addAndGet(LEASE.toNanos());

        assertThat(node.lease().holds()).isFalse();
    }

    @Test
    void whoIsSilentForItsLeaseIsDeadToWhoWasThereAllTheTime() throws SQLException {
        checkIn(node);
        checkIn(other);
        assertThat(dead()).isEmpty();

        passChecking(LEASE.minusMillis(1), other);
        assertThat(dead()).isEmpty();
        passChecking(Duration.ofMillis(1), other);
        assertThat(dead()).containsExactly("node");
    }

    @Test
    void afterAnOutageNobodyIsDeadToWhoComesBackFirst() throws SQLException {
        checkIn(node);
        checkIn(other);
        dead();
        pass(LEASE.multipliedBy(3));

        checkIn(other);
        assertThat(dead()).isEmpty();
        passChecking(LEASE.minusMillis(1), other);
        assertThat(dead()).isEmpty();
        checkIn(node);
        passChecking(LEASE.minusMillis(1), other);
        assertThat(dead()).isEmpty();
    }

    @Test
    void theClockOfTheDatabaseMakesNobodyDead() throws SQLException {
        checkIn(node);
        checkIn(other);
        dead();
        passChecking(LEASE, other);

        database.execute("update qrtz_scheduler_state set last_checkin_time = 1 where instance_name = 'node'");

        assertThat(dead()).isEmpty();
    }

    @Test
    void whoWasTakenForDeadBeginsANewTermWhateverItsOwnClockSays() throws SQLException {
        checkIn(node);
        long term = node.lease().term();
        database.execute("delete from qrtz_scheduler_state");

        checkIn(node);

        assertThat(node.lease().holds()).isTrue();
        assertThat(node.lease().holdsSince(term)).isFalse();
    }

    /** A check-in may still be under way on its thread: others would wait for the lease of a node that has ended. */
    @Test
    void whoHasLeftIsMadeAMemberByNoCheckIn() throws SQLException {
        checkIn(node);
        try (Connection connection = database.dataSource().getConnection()) {
            node.leave(connection);
        }

        assertThatThrownBy(() -> checkIn(node)).hasMessageContaining("has left");

        assertThat(database.number("select count(*) from qrtz_scheduler_state")).isZero();
    }

    /** Who took it over has left a part of what it had, and somebody made a row for that. */
    @Test
    void whoWasTakenForDeadAndEntombedBeginsANewTerm() throws SQLException {
        checkIn(node);
        long term = node.lease().term();
        database.execute("update qrtz_scheduler_state set last_checkin_time = 0, checkin_interval = 0");

        checkIn(node);

        assertThat(node.lease().holds()).isTrue();
        assertThat(node.lease().holdsSince(term)).isFalse();
    }

    @Test
    void whoChecksInWhileItIsTakenForDeadWaitsAndIsAMemberAfterwards() throws Exception {
        beSilent();

        database.meet(
                connection -> {
                    assertThat(other.dead(connection)).containsExactly("node");
                    return remove(connection);
                },
                connection -> node.checkIn(connection, null));

        assertThat(database.number("select count(*) from qrtz_scheduler_state where instance_name = 'node'"))
                .isOne();
    }

    @Test
    void whoIsCheckingInIsNotDead() throws SQLException {
        beSilent();
        try (Connection one = database.dataSource().getConnection();
                Connection two = database.dataSource().getConnection()) {
            one.setAutoCommit(false);
            node.checkIn(one, null);

            assertThat(other.dead(two)).isEmpty();
        }
        assertThat(dead()).containsExactly("node");
    }

    @Test
    void whoLeftFiringsBehindIsDeadAndCannotCheckInMeanwhile() throws Exception {
        database.execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                select 'posthaste', 'c' || n, 'node', 'q1', 'work', 1, false, array['j' || n], array[1], array[5], array[0], B'0', 1
                  from generate_series(1, 3) n
                """);

        database.meet(
                connection -> {
                    other.entomb(connection);
                    assertThat(other.dead(connection)).containsExactly("node");
                    return remove(connection);
                },
                connection -> node.checkIn(connection, null));

        assertThat(database.number("select count(*) from qrtz_scheduler_state where last_checkin_time > 0"))
                .isOne();
    }

    /** It may be recording still what it had in flight. */
    @Test
    void whoLeftIsNotAmongThoseWhoseLeaseRanOut() throws SQLException {
        beSilent();
        assertThat(expired()).containsExactly("node");
        database.execute("""
                insert into qrtz_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, instance_name, fired_time,
                  sched_time, priority, state)
                values ('posthaste', 'e', 't', 'g', 'left', 1, 1, 5, 'ACQUIRED')
                """);
        assertThat(dead()).containsExactlyInAnyOrder("node", "left");

        assertThat(expired()).containsExactly("node");
    }

    @Test
    void whoLeftATriggerOfTheInheritedPathBehindIsDeadToo() throws SQLException {
        database.execute("""
                insert into qrtz_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, instance_name, fired_time,
                  sched_time, priority, state)
                values ('posthaste', 'e', 't', 'g', 'gone', 1, 1, 5, 'ACQUIRED')
                """);

        assertThat(dead()).containsExactly("gone");
    }

    @Test
    void whosePresenceHasEndedIsDeadLongBeforeItsLeaseHasRunOut() throws SQLException {
        Connection standing = bothArePresent();

        end(standing);
        assertThat(dead()).isEmpty();
        passPresent(PATIENCE.minusMillis(1));
        assertThat(dead()).isEmpty();
        passPresent(Duration.ofMillis(1));

        assertThat(dead()).containsExactly("node");
        assertThat(expired()).containsExactly("node");
    }

    /** Frozen, or behind a network that lets nothing through and tells nobody. */
    @Test
    void whosePresenceIsStillThereIsNotDeadBeforeItsLeaseHasRunOut() throws SQLException {
        bothArePresent();

        passPresent(LEASE.minusMillis(1));

        assertThat(dead()).isEmpty();
        passPresent(Duration.ofMillis(1));
        assertThat(dead()).containsExactly("node");
    }

    /** Its session was ended by somebody, and the machine is so busy that it does not check in. */
    @Test
    void whoHasAnySessionLeftIsNotDeadBeforeItsLeaseHasRunOut() throws SQLException {
        Connection standing = bothArePresent();
        Connection another = session();
        try (Statement statement = another.createStatement()) {
            statement.execute("set application_name = '" + new InstanceName("node").sessions() + "'");
        }
        end(standing);
        dead();
        passPresent(PATIENCE.multipliedBy(2));
        assertThat(dead()).isEmpty();

        end(another);

        assertThat(dead()).containsExactly("node");
    }

    @Test
    void whoseOwnPresenceHasEndedTakesNobodyForDeadByIt() throws SQLException {
        end(bothArePresent());
        end(sessions.get(0));
        dead();

        passPresent(PATIENCE.multipliedBy(3));

        assertThat(dead()).isEmpty();
    }

    /** It cannot know what others think of it by now: they may be ending its own sessions. */
    @Test
    void whoHasNoLeaseOfItsOwnTakesNobodyForDead() throws SQLException {
        end(bothArePresent());
        dead();

        pass(LEASE);

        assertThat(dead()).isEmpty();
        checkIn(other, 1L);
        assertThat(dead()).containsExactly("node");
    }

    /** Everybody's presence has ended with the database's server, and this node is back first. */
    @Test
    void whoComesBackFirstWithAnotherPresenceTakesNobodyForDeadByIt() throws SQLException {
        end(bothArePresent());
        end(sessions.get(0));
        present(3);
        checkIn(other, 3L);

        for (int i = 0; i < 10; i++) {
            assertThat(dead()).isEmpty();
            pass(PATIENCE);
            checkIn(other, 3L);
        }
    }

    @Test
    void whoIsBackWithAnotherPresenceIsNotDead() throws SQLException {
        end(bothArePresent());
        dead();
        passPresent(PATIENCE.minusMillis(1));
        present(3);
        checkIn(node, 3L);
        dead();

        passPresent(PATIENCE.multipliedBy(2));

        assertThat(dead()).isEmpty();
    }

    /** Whose answer to its check-in was lost does not know whether others had taken over what it had. */
    @Test
    void withAnotherPresenceANewTermBegins() throws SQLException {
        checkIn(node, 1L);
        long term = node.lease().term();
        checkIn(node, 1L);
        assertThat(node.lease().holdsSince(term)).isTrue();

        checkIn(node, 2L);

        assertThat(node.lease().holds()).isTrue();
        assertThat(node.lease().holdsSince(term)).isFalse();
    }

    /** By then others may have taken over what it had. */
    @Test
    void whoHasLostItsPresenceHoldsItsLeaseNoLongerThanOthersWait() throws SQLException {
        checkIn(node, 1L);

        node.losePresence();

        pass(PATIENCE.minusMillis(1));
        assertThat(node.lease().holds()).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(node.lease().holds()).isFalse();
        checkIn(node, 2L);
        pass(LEASE.minusMillis(1));
        assertThat(node.lease().holds()).isTrue();
    }

    @Test
    void whatWasClaimedInAnEarlierTermIsNotBegun() throws SQLException {
        checkIn(node);
        long earlier = node.lease().term();
        database.execute("delete from qrtz_scheduler_state");
        checkIn(node);
        Recorder port = new Recorder();
        Held held = new Held(Map.of());
        DueInstants due = new DueInstants(new DatabaseClock(InstantSource.system()), new GivenTimer());
        HandOver handOver = new HandOver(Map.of("work", port), due, node.lease(), held, new Trace());
        Firing before = firing("before", earlier);
        Firing after = firing("after", node.lease().term());
        held.claimed(List.of(before.shot(), after.shot()));

        handOver.begin(before).join();
        handOver.begin(after).join();

        assertThat(port.fired).containsExactly("after");
    }

    /** As when its body, or a connection to the database, was waited for. */
    @Test
    void whatTakesLongerThanTheLeaseIsNotSentAndWaitsAgainAtOnce() throws SQLException {
        checkIn(node);
        TracedLines told =
                new TracedLines(firing("slow", node.lease().term()).shot().key().group());
        Recorder port = new Recorder();
        port.beforeSending = () -> pass(LEASE);
        Held held = new Held(Map.of());
        DueInstants due = new DueInstants(new DatabaseClock(InstantSource.system()), new GivenTimer());
        HandOver handOver = new HandOver(Map.of("work", port), due, node.lease(), held, told.trace());
        Firing firing = firing("slow", node.lease().term());
        held.claimed(List.of(firing.shot()));

        handOver.begin(firing).join();

        assertThat(port.fired).isEmpty();
        assertThat(firing.hasEnded()).isFalse();
        assertThat(firing.wasHandedOver()).isFalse();
        assertThat(firing.isUnsent()).isTrue();
        assertThat(told.lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains(firing.shot().entryId() + ": handed over, "),
                        line -> assertThat(line).endsWith(": refused by the last look before it leaves"),
                        line -> assertThat(line)
                                .endsWith(": not made: The lease under which it was claimed has run out"));
    }

    private static final class Recorder implements FiringPort {
        private final List<String> fired = new ArrayList<>();
        private Runnable beforeSending = () -> {};

        @Override
        public boolean isFaultOfOne(Exception failure) {
            return SqlFailure.isOfTheData(failure);
        }

        @Override
        public Map<OneShotKey, ?> prepare(Connection connection, List<ClaimedOneShot> claimed) {
            return Map.of();
        }

        @Override
        public CompletableFuture<?> fire(ClaimedOneShot shot, @Nullable Object prepared, LastLook lastLook) {
            beforeSending.run();
            lastLook.take();
            fired.add(shot.key().name());
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public Set<OneShotKey> interrupted(Connection connection, Collection<ClaimedOneShot> abandoned) {
            return Set.of();
        }
    }

    private static Firing firing(String name, long term) {
        OneShotKey key = new OneShotKey("q1", name);
        ClaimedOneShot shot = new ClaimedOneShot(key, "work", name, 1, 1, Instant.EPOCH, Instant.EPOCH, 0);
        return new Firing(shot, null, term);
    }

    private Membership membership(String name) {
        return new Membership(
                "posthaste",
                name,
                new Lease(LEASE, nanos::get, () -> Instant.ofEpochMilli(wallMillis.get())),
                PATIENCE);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        wallMillis.addAndGet(time.toMillis());
    }

    /** Time passes in which one checks in again and again. */
    private void passChecking(Duration time, Membership one) throws SQLException {
        Duration step = LEASE.dividedBy(4);
        Duration left = time;
        for (; left.compareTo(step) > 0; left = left.minus(step)) {
            pass(step);
            checkIn(one);
        }
        pass(left);
        checkIn(one);
    }

    /** The node checks in, and then is not heard by the other for as long as its lease lasts. */
    private void beSilent() throws SQLException {
        checkIn(node);
        checkIn(other);
        dead();
        passChecking(LEASE, other);
    }

    /** Sessions stand for both, and the other has seen it; returns the node's. */
    private Connection bothArePresent() throws SQLException {
        present(1);
        Connection standing = present(2);
        checkIn(other, 1L);
        checkIn(node, 2L);
        dead();
        return standing;
    }

    private Connection present(long key) throws SQLException {
        Connection session = session();
        try (Statement statement = session.createStatement()) {
            statement.execute("select pg_advisory_lock(" + key + ")");
        }
        return session;
    }

    private Connection session() throws SQLException {
        Connection session = database.dataSource().getConnection();
        sessions.add(session);
        return session;
    }

    /** The database notices a moment later. */
    private void end(Connection session) throws SQLException {
        int process = session.unwrap(PGConnection.class).getBackendPID();
        session.close();
        await().until(() -> database.number("select count(*) from pg_stat_activity where pid = " + process) == 0);
    }

    /** Time passes in which the other checks in again and again, with its presence, and looks. */
    private void passPresent(Duration time) throws SQLException {
        Duration step = LEASE.dividedBy(4);
        Duration left = time;
        for (; left.compareTo(step) > 0; left = left.minus(step)) {
            pass(step);
            checkIn(other, 1L);
        }
        pass(left);
        checkIn(other, 1L);
    }

    private void checkIn(Membership membership) throws SQLException {
        checkIn(membership, null);
    }

    private void checkIn(Membership membership, @Nullable Long presence) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            membership.checkIn(connection, presence).run();
        }
    }

    private List<String> dead() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            other.entomb(connection);
            return other.dead(connection);
        }
    }

    private List<String> expired() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return other.expired(connection);
        }
    }

    private static int remove(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate("delete from qrtz_scheduler_state where instance_name = 'node'");
        }
    }
}
