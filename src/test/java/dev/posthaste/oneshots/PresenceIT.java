package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.DatabaseTarget;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.quartz.TestNode;
import dev.posthaste.sql.Rows;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PresenceIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String NAME = new InstanceName("it").sessions();

    private final TestDatabase database = TestDatabase.fresh();
    private final List<Connection> opened = new ArrayList<>();
    private SessionSource sessions = this::open;
    private @Nullable Connection current;
    private int lost;
    private long now;
    private final Presence presence = new Presence(
            () -> sessions.open(), NAME, LONG, Duration.ofMillis(200), this::inTransaction, () -> lost++, () -> now);

    @AfterEach
    void close() {
        presence.close();
        database.close();
    }

    @Test
    void theKeyIsHeldForAsLongAsTheSessionIsThereAndNoLonger() throws SQLException {
        Long key = key();

        assertThat(key).isNotNull();
        assertThat(isHeld(key)).isTrue();
        assertThat(key()).isEqualTo(key);
        assertThat(opened).hasSize(1);

        presence.close();
        await().atMost(LONG).until(() -> !isHeld(key));
    }

    /** As an administrator does it, or a network: the node says at once that it is there, by another one. */
    @Test
    void aSessionThatWasEndedIsReplacedAtOnceByOneWithAnotherKey() throws SQLException {
        Long first = key();
        database.endSessions();

        Long second = key();

        assertThat(lost).isOne();
        assertThat(second).isNotNull().isNotEqualTo(first);
        assertThat(isHeld(second)).isTrue();
        assertThat(isHeld(first)).isFalse();
    }

    @Test
    void whereThereIsNoRoomForASessionTheNodeChecksInWithoutOneUntilThereIs() throws SQLException {
        sessions = () -> {
            throw new SQLException("a test's database has no room");
        };
        assertThat(key()).isNull();

        sessions = this::open;
        now += Presence.PAUSE.toNanos();

        assertThat(key()).isNotNull();
    }

    @Test
    void aDatabaseWithoutRoomIsAskedAgainAfterAPauseOnly() throws SQLException {
        AtomicInteger asked = new AtomicInteger();
        sessions = () -> {
            asked.incrementAndGet();
            throw new SQLException("a test's database has no room", "53300");
        };
        assertThat(key()).isNull();
        now += Presence.PAUSE.toNanos() - 1;

        assertThat(key()).isNull();
        assertThat(asked).hasValue(1);

        now += 1;
        assertThat(key()).isNull();
        assertThat(asked).hasValue(2);
    }

    /** After its return the next node that dies is found by its session, and not by its lease. */
    @Test
    void aDatabaseThatWasAwayIsAskedAtTheNextCheckIn() throws SQLException {
        sessions = () -> {
            throw new SQLException("a test's database is away", "08001");
        };
        assertThat(key()).isNull();

        sessions = this::open;

        assertThat(key()).isNotNull();
    }

    /** A check-in that waits for a session each time would not have the lease in time. */
    @Test
    void aDatabaseThatDoesNotAnswerIsAskedAgainAfterAPauseOnly() throws SQLException {
        AtomicInteger asked = new AtomicInteger();
        sessions = () -> {
            asked.incrementAndGet();
            now += Duration.ofSeconds(1).toNanos();
            throw new SQLException("a test's database is mute", "08001");
        };
        assertThat(key()).isNull();
        assertThat(key()).isNull();

        assertThat(asked).hasValue(1);
    }

    @Test
    void aSessionWithWhichSomethingIsWrongIsNotKeptOpen() throws SQLException {
        sessions = () -> {
            Connection connection = open();
            return (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                        if (method.getName().equals("setNetworkTimeout")) {
                            throw new IllegalStateException("a test");
                        }
                        return method.invoke(connection, arguments);
                    });
        };

        assertThatThrownBy(this::key).isInstanceOf(IllegalStateException.class);

        assertThat(opened).allMatch(PresenceIT::isClosed);
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aLockThatIsWaitedForInVainCostsNoSession() throws SQLException {
        Long key = key();
        try (Connection other = open();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table qrtz_scheduler_state");

            assertThatThrownBy(() -> presence.run((connection, held) ->
                            Rows.update(connection, "delete from qrtz_scheduler_state", values -> {})))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("lock timeout");
        }

        assertThat(lost).isZero();
        assertThat(key()).isEqualTo(key);
    }

    @Test
    void whatFailsIsUndone() throws SQLException {
        assertThatThrownBy(() -> presence.run((connection, held) -> {
                    Rows.update(connection, "insert into qrtz_locks values ('x', 'y')", values -> {});
                    throw new IllegalStateException("a test");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(database.number("select count(*) from qrtz_locks where sched_name = 'x'"))
                .isZero();
        assertThat(key()).isNotNull();
    }

    /** As behind a pooler that gives each transaction whatever session is free. */
    @Test
    void aSessionThatIsNotOnesOwnStandsForNobody() throws SQLException {
        sessions = this::openShared;
        assertThat(key()).isNotNull();

        swap();

        assertThat(key()).isNull();
        assertThat(key()).as("for good").isNull();
        assertThat(lost).isOne();
    }

    /** As one that has become read-only, or of a schema that a newer build has taken: nobody is a member by it. */
    @Test
    void aSessionThatMayNotBeUsedAnyMoreChecksNobodyIn() throws SQLException {
        SQLException refusal = new SQLException("a test's session is read-only");
        List<Connection> looked = new ArrayList<>();
        SessionSource looking = new SessionSource() {
            @Override
            public Connection open() throws SQLException {
                return PresenceIT.this.open();
            }

            @Override
            public void look(Connection session) throws SQLException {
                looked.add(session);
                throw refusal;
            }
        };
        List<@Nullable Long> keys = new ArrayList<>();
        try (Presence refused = new Presence(looking, NAME, LONG, LONG, this::inTransaction, () -> lost++, () -> now)) {
            assertThatThrownBy(() -> refused.run((connection, held) -> keys.add(held)))
                    .isSameAs(refusal);
        }

        assertThat(looked).hasSize(1);
        assertThat(keys).isEmpty();
    }

    /** Whose sessions go by another name has none left, as others see it, when this one has ended: it were dead though it lives. */
    @Test
    void aSessionThatOthersWouldNotKnowAsOneOfThisNodeStandsForNobody() throws SQLException {
        sessions = () -> {
            Connection connection = open();
            try (Statement statement = connection.createStatement()) {
                statement.execute("set application_name = 'an application of mine'");
            }
            return connection;
        };

        assertThat(key()).isNull();
        assertThat(opened).allMatch(PresenceIT::isClosed);

        sessions = this::open;
        now += Presence.PAUSE.toNanos();
        assertThat(key()).as("for good").isNull();
    }

    @Test
    void aNodeWhoseUrlNamesItsSessionsIsJudgedByItsLeaseAlone() throws Exception {
        DatabaseTarget target = database.target();
        DatabaseTarget named =
                new DatabaseTarget(target.jdbcUrl() + "?ApplicationName=mine", target.user(), target.password(), false);
        try (TestNode usual = TestNode.start(target, settings -> settings, firing -> {});
                TestNode other = TestNode.start(named, settings -> settings, firing -> {})) {
            String presences = "select count(presence_key) from qrtz_scheduler_state where instance_name = '";

            assertThat(database.number(presences + usual.scheduler().instance() + "'"))
                    .isOne();
            assertThat(database.number(presences + other.scheduler().instance() + "'"))
                    .isZero();
            assertThat(other.scheduler().isMember()).isTrue();
        }
    }

    private @Nullable Long key() throws SQLException {
        @Nullable Long[] key = new Long[1];
        presence.run((connection, held) -> {
            key[0] = held;
            return true;
        });
        return key[0];
    }

    private void swap() throws SQLException {
        current = open();
    }

    /** Whoever uses it uses the current one. */
    private Connection openShared() throws SQLException {
        swap();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    try {
                        return method.invoke(current, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Connection open() throws SQLException {
        Connection connection = database.dataSource().getConnection();
        opened.add(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set application_name = '" + NAME + "'");
        }
        return connection;
    }

    private boolean isHeld(@Nullable Long key) throws SQLException {
        return database.number("select count(*) from pg_locks where locktype = 'advisory' and granted"
                        + " and (classid::bigint << 32 | objid::bigint) = " + key)
                == 1;
    }

    private <T> T inTransaction(Transactions.Work<T> work) throws SQLException {
        try (Connection connection = open()) {
            return work.in(connection);
        }
    }
}
