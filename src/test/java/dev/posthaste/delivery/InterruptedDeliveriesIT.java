package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.alerts.Crossings;
import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.DueJobDao;
import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.RunDao;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.Tally;
import dev.posthaste.recurring.CronDao;
import dev.posthaste.redaction.Masks;
import dev.posthaste.stats.Attempt;
import dev.posthaste.stats.Statistics;
import dev.posthaste.stats.StatsListener;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Only a request that may have left counts towards the three interruptions that fail an attempt. */
class InterruptedDeliveriesIT {
    private static final DueJobDao DUE_JOBS = new DueJobDao();

    private final TestDatabase database = TestDatabase.fresh();
    private final TestOneShots scheduler = new TestOneShots(database);
    private final AlertCounts alertCounts = new AlertCounts();
    private final List<Attempt> counted = new ArrayList<>();
    private final InterruptedDeliveries interruptions = interruptions();

    @BeforeEach
    void aJob() throws SQLException {
        DueJobs.add(database, 1, "null", "null");
    }

    @AfterEach
    void close() {
        scheduler.close();
        database.close();
    }

    @Test
    void theFirstTimeOneThatWasClaimedCounts() throws SQLException {
        assertThat(nodeDies()).isEmpty();

        assertThat(interruptionsCounted()).isOne();
        assertThat(runs()).isOne();
    }

    @Test
    void afterThatOneThatWasClaimedAndNotBegunDoesNot() throws SQLException {
        nodeDies();

        for (int i = 0; i < 5; i++) {
            assertThat(nodeDies()).isEmpty();
        }

        assertThat(interruptionsCounted()).isOne();
        assertThat(runs()).isOne();
        assertThat(pending()).isOne();
    }

    @Test
    void theThirdThatMayHaveLeftFailsTheAttempt() throws SQLException {
        nodeDies();
        begins();
        assertThat(nodeDies()).isEmpty();
        assertThat(nodeDies()).isEmpty();
        assertThat(interruptionsCounted()).isEqualTo(2);

        assertThat(counted).as("an interruption ends no attempt").isEmpty();

        begins();
        assertThat(nodeDies()).hasSize(1);

        assertThat(counted).extracting(Attempt::failure).containsExactly(FailureReason.INTERRUPTED);

        assertThat(runs()).isEqualTo(3);
        assertThat(pending()).isZero();
        assertThat(database.number("select count(*) from jobs where status = 'failed'"))
                .isOne();
    }

    /** Whoever watches the metric would see fewer than the users are told. */
    @Test
    void whatUsersAreToldOfAnAttemptWhoseNodesDiedIsCounted() throws SQLException {
        database.execute("update queues set alerts_enabled = true");
        for (int i = 0; i < 3; i++) {
            nodeDies();
            begins();
        }

        assertThat(database.number("select sum(count) from alerts")).isEqualTo(2);
        assertThat(alertCounts.crossings()).isEqualTo(2);
    }

    @Test
    void whatWasTakenBackBeforeItLeftDoesNotCount() throws SQLException {
        nodeDies();
        begins();
        inTransaction(connection -> {
            DUE_JOBS.notBegun(connection, List.of(1L));
            return true;
        });

        nodeDies();

        assertThat(interruptionsCounted()).isOne();
    }

    private void begins() throws SQLException {
        inTransaction(connection -> {
            DUE_JOBS.begin(connection, List.of(1L));
            return true;
        });
    }

    private Set<OneShotKey> nodeDies() throws SQLException {
        return inTransaction(connection -> interruptions.record(connection, List.of(DueJobs.claimed(1, 1))));
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T inTransaction(Work<T> work) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            T result = work.in(connection);
            connection.commit();
            return result;
        }
    }

    private long interruptionsCounted() throws SQLException {
        return database.number("select interruptions from jobs");
    }

    private long runs() throws SQLException {
        return database.number("select count(*) from runs where failure_reason = 'interrupted'");
    }

    private long pending() throws SQLException {
        return database.number("select count(*) from jobs where status = 'pending'");
    }

    private StatsListener listener() {
        return new StatsListener() {
            @Override
            public void ended(Collection<Attempt> attempts) {
                counted.addAll(attempts);
            }

            @Override
            public void tallied(Tally tally) {}
        };
    }

    private InterruptedDeliveries interruptions() {
        AttemptRecorder attempts = new AttemptRecorder(
                new JobDao(),
                new ExecutionDao(),
                new CronDao(),
                new RunDao(),
                new CallbackDao(),
                new QueueCountDao(),
                new Crossings(Crossings.WINDOW),
                scheduler.oneShots(),
                scheduler.clock());
        return new InterruptedDeliveries(
                DUE_JOBS,
                new JobDao(),
                new RunDao(),
                attempts,
                new RequestComposer("posthaste", InstantSource.system()),
                new EndedAttempts(new Masks(new byte[32])),
                alertCounts,
                new Statistics(Duration.ofDays(1), InstantSource.system(), listener()));
    }
}
