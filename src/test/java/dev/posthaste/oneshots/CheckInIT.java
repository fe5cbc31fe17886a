package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one part of a check-in cannot do neither undoes what another did nor keeps it from its turn. */
class CheckInIT {
    private static final Duration SELDOM = Duration.ofHours(1);
    private static final String AS_THE_DRIVER_CALLS_THEM = "PostgreSQL JDBC Driver";

    private long nanos;
    private Duration each = Duration.ZERO;
    private final TestDatabase database = TestDatabase.fresh();
    private final Membership membership = new Membership(
            "posthaste",
            "living",
            new Lease(Duration.ofMinutes(10), this::passed, InstantSource.system()),
            Duration.ofMinutes(1));
    private final Held held = new Held(Map.of("work", Capacity.ofSlots(10)));
    private final List<String> recoveredByQuartz = new ArrayList<>();
    private final TracedLines told = new TracedLines("q1");
    private boolean isQuartzAway;
    private Step whenRecovered = () -> {};
    private @Nullable Presence presence;

    @BeforeEach
    void oneIsDead() throws SQLException {
        database.execute(claim("dead", "c1", "left"));
        database.execute(
                "insert into qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)"
                        + " values ('posthaste', 'dead', 1, 0)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theFiringsOfTheDeadWaitAgainAndTheyAreMembersNoMore() throws Exception {
        checkIn(SELDOM).run();

        assertThat(waiting("left")).isOne();
        assertThat(database.number("select count(*) from qrtz_scheduler_state where instance_name = 'dead'"))
                .isZero();
        assertThat(membership.lease().holds()).isTrue();
    }

    /** Many would take longer than a lease together, and this node were taken for dead for taking over. */
    @Test
    void whatADeadNodeHadIsTakenOverInPiecesBetweenWhichThisOneChecksIn() throws Exception {
        noteCheckIns();
        for (int i = 0; i < 2 * Recovery.SLICE; i++) {
            database.execute(claim("dead", "many" + i, "many" + i));
        }
        each = SELDOM;

        checkIn(SELDOM).run();

        assertThat(database.number("select count(*) from qrtz_triggers")).isEqualTo(2 * Recovery.SLICE + 1);
        assertThat(database.number("select count(*) from qrtz_fired_one_shots")).isZero();
        // Nine parts, and three pieces more.
        assertThat(checkIns()).isGreaterThanOrEqualTo(11);
    }

    @Test
    void whatASessionOfTheDeadStillHoldsKeepsNothingBehindItBack() throws Exception {
        database.execute(claim("dead", "a", "first"));
        database.execute("update qrtz_fired_one_shots set remaining = " + Recovery.SLICE + " where claim_id = 'a'");
        try (Connection session = locked("select 1 from qrtz_fired_one_shots where claim_id = 'a' for update")) {
            checkIn(SELDOM).run();

            assertThat(waiting("left")).isOne();
            assertThat(waiting("first")).isZero();
            session.rollback();
        }
        checkIn(SELDOM).run();
        assertThat(waiting("first")).isOne();
    }

    /** What it claims as a member is its own: it has a row again before it claims. */
    @Test
    void whoIsBackWhileItIsTakenOverKeepsWhatItClaimsAnew() throws Exception {
        for (int i = 0; i < Recovery.SLICE; i++) {
            database.execute(claim("dead", "many" + i, "many" + i));
        }
        whenRecovered = () -> {
            database.execute(
                    "insert into qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)"
                            + " values ('posthaste', 'dead', 4102444800000, 60000)");
            database.execute(claim("dead", "z", "new"));
        };

        checkIn(SELDOM).run();

        assertThat(waiting("new")).isZero();
        assertThat(database.number("select count(*) from qrtz_triggers")).isGreaterThanOrEqualTo(Recovery.SLICE);
    }

    @Test
    void gatesThatCannotBeCountedAnewKeepNobodyFromTakingOver() throws Exception {
        database.execute("""
                insert into qrtz_group_gates (sched_name, trigger_group, paused, in_flight) values ('posthaste', 'q9', false, 7);
                create function refuse() returns trigger language plpgsql as
                  $$ begin raise exception 'a test refuses'; end $$;
                create trigger refuse before update on qrtz_group_gates for each row execute function refuse()
                """);

        checkIn(SELDOM).run();

        assertThat(waiting("left")).isOne();
        assertThat(database.number("select in_flight from qrtz_group_gates")).isEqualTo(7);
    }

    @Test
    void aFiringOfTheDeadWhoseRowsCannotBeReadKeepsBackNoOther() throws Exception {
        database.execute(claim("dead", "c2", "damaged"));
        database.execute(claim("dead", "c3", "left too"));

        checkIn(SELDOM).run();

        assertThat(waiting("left") + waiting("left too") + waiting("damaged")).isEqualTo(3);
        assertThat(told.lines())
                .hasSize(3)
                .allMatch(line -> line.endsWith(": taken from a dead node, and waits again as before"));
    }

    @Test
    void whatQuartzCannotRecoverUndoesNothingAndIsTriedAgain() throws Exception {
        database.execute("""
                insert into qrtz_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, instance_name, fired_time,
                  sched_time, priority, state)
                values ('posthaste', 'e', 't', 'g', 'dead', 1, 1, 5, 'ACQUIRED')
                """);
        isQuartzAway = true;
        CheckIn node = checkIn(SELDOM);
        node.run();
        assertThat(waiting("left")).isOne();

        isQuartzAway = false;
        node.run();

        assertThat(recoveredByQuartz).containsExactly("dead");
    }

    /** As another survivor that died while it took somebody over: its session is there still. */
    @Test
    void whoIsBeingLookedAfterByADeadSurvivorHoldsUpNoOther() throws Exception {
        database.execute(claim("ghost", "c2", "of a ghost"));
        try (Connection session =
                locked("insert into qrtz_scheduler_state (sched_name, instance_name, last_checkin_time,"
                        + " checkin_interval) values ('posthaste', 'ghost', 0, 0)")) {
            checkIn(SELDOM).run();

            assertThat(waiting("left")).isOne();
            assertThat(waiting("of a ghost")).isZero();
            session.rollback();
        }
        checkIn(SELDOM).run();
        assertThat(waiting("of a ghost")).isOne();
    }

    /** As a host that died in the middle of a claim. */
    @Test
    void aGateThatADeadHostHoldsKeepsBackOnlyWhatIsBehindIt() throws Exception {
        database.execute("insert into qrtz_group_gates (sched_name, trigger_group, paused, in_flight)"
                + " values ('posthaste', 'gated', false, 1)");
        database.execute(
                claim("living", "living:0.1", "owed").replace("'q1'", "'gated'").replace("false", "true"));
        ClaimedOneShot owed = new ClaimedOneShot(
                new OneShotKey("gated", "owed"), "work", "living:0.1", 1, 1, Instant.EPOCH, Instant.EPOCH, 0);
        held.claimed(List.of(owed));
        held.returning(List.of(owed), Return.AT_ONCE);
        try (Connection session = locked("select 1 from qrtz_group_gates for update")) {
            checkIn(SELDOM).run();

            assertThat(waiting("left")).isOne();
            assertThat(waiting("owed")).isZero();
            session.rollback();
        }
        checkIn(SELDOM).run();
        assertThat(waiting("owed")).isOne();
    }

    /** As when somebody took this node for dead, and died of that. */
    @Test
    void aNodeWhoseOwnRowIsLockedComesBackForIt() throws Exception {
        CheckIn node = checkIn(SELDOM);
        node.run();
        try (Connection session =
                locked("select 1 from qrtz_scheduler_state where instance_name = 'living' for update")) {
            assertThatThrownBy(node::run).isInstanceOf(SQLException.class).hasMessageContaining("lock timeout");
            session.rollback();
        }

        node.run();
        assertThat(membership.lease().holds()).isTrue();
    }

    @Test
    void theLeaseIsExtendedBetweenPartsThatTakeLongTogether() throws Exception {
        noteCheckIns();
        checkIn(SELDOM).run();
        assertThat(checkIns()).isOne();

        each = SELDOM.dividedBy(20);
        checkIn(SELDOM).run();

        assertThat(checkIns()).isEqualTo(2);

        each = SELDOM;
        checkIn(SELDOM).run();

        assertThat(checkIns()).isGreaterThan(5);
    }

    private void noteCheckIns() throws SQLException {
        database.execute("""
                create table check_ins (of text);
                create function note() returns trigger language plpgsql as
                  $$ begin insert into check_ins values (new.instance_name); return new; end $$;
                create trigger note after insert or update on qrtz_scheduler_state for each row execute function note()
                """);
    }

    /** Whoever asks for the time finds that some has passed. */
    private long passed() {
        nanos += each.toNanos();
        return nanos;
    }

    private long checkIns() throws SQLException {
        return database.number("select count(*) from check_ins where of = 'living'");
    }

    private long waiting(String name) throws SQLException {
        return database.number("select count(*) from qrtz_triggers where trigger_name = '" + name + "'");
    }

    private Connection locked(String sql) throws SQLException {
        Connection session = database.dataSource().getConnection();
        session.setAutoCommit(false);
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
        return session;
    }

    private static String claim(String instance, String claim, String name) {
        return """
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                values ('posthaste', '%s', '%s', 'q1', 'work', 1, false, array['%s'], array[1], array[5], array[0], B'0', 1)
                """.formatted(claim, instance, name);
    }

    private CheckIn checkIn(Duration interval) {
        FiredTable fired = new FiredTable("posthaste");
        GateTable gates = new GateTable("posthaste");
        FiringPorts ports = new FiringPorts(Map.of("work", new Indifferent()));
        ShortWaits transactions = new ShortWaits(this::inTransaction, Duration.ofMillis(200));
        DatabaseClock clock = new DatabaseClock(InstantSource.system());
        Returns returns = new Returns(
                fired, gates, held, clock, transactions, transactions, Duration.ofMinutes(1), some -> {}, new Trace());
        Slots slots = new Slots(10, FiringThreads.of(Runnable::run), new DueInstants(clock, new GivenTimer()));
        Dispatcher dispatcher = new Dispatcher("living", held, new Trace());
        Reconciliation reconciliation =
                new Reconciliation("living", fired, held, dispatcher, slots, clock, transactions, returns::adopt);
        Recovery recovery = new Recovery(new OneShotTable("posthaste"), fired, gates, ports, told.trace());
        TakeOver takeOver =
                new TakeOver(membership, recovery, this::recoverInherited, transactions, false, this::recovered);
        presence = new Presence(
                database.dataSource()::getConnection,
                AS_THE_DRIVER_CALLS_THEM,
                Duration.ofSeconds(30),
                Duration.ofMillis(200),
                transactions,
                membership::losePresence,
                System::nanoTime);
        return new CheckIn(
                interval, membership, clock, returns, reconciliation, gates, takeOver, presence, transactions);
    }

    private interface Step {
        void run() throws SQLException;
    }

    private void recovered() {
        Step step = whenRecovered;
        whenRecovered = () -> {};
        try {
            step.run();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void recoverInherited(Connection connection, List<String> dead) throws SQLException {
        if (isQuartzAway) {
            throw new SQLException("a test refuses");
        }
        recoveredByQuartz.addAll(dead);
    }

    private <T> T inTransaction(Transactions.Work<T> work) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local statement_timeout = '30s'");
            T result = work.in(connection);
            connection.commit();
            return result;
        }
    }

    private static final class Indifferent implements FiringPort {
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
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public Set<OneShotKey> interrupted(Connection connection, Collection<ClaimedOneShot> abandoned) {
            if (abandoned.stream().anyMatch(one -> one.key().name().equals("damaged"))) {
                throw new IllegalStateException("a test's damaged row");
            }
            return Set.of();
        }
    }
}
