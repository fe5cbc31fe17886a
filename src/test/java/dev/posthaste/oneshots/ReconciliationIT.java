package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconciliationIT {
    private static final String SCHEDULER = "posthaste";
    private static final String NODE = "node";

    private final TestDatabase database = TestDatabase.fresh();
    private final Held held = new Held(Map.of(Shots.KIND, Capacity.ofSlots(10)));
    private final Dispatcher dispatcher = new Dispatcher(NODE, held, new Trace());
    private final List<ClaimedOneShot> givenBack = new ArrayList<>();
    private final Reconciliation reconciliation = new Reconciliation(
            NODE,
            new FiredTable(SCHEDULER),
            held,
            dispatcher,
            new Slots(
                    10,
                    FiringThreads.of(Runnable::run),
                    new DueInstants(new DatabaseClock(InstantSource.system()), new GivenTimer())),
            new DatabaseClock(InstantSource.system()),
            this::inTransaction,
            givenBack::addAll);

    @AfterEach
    void close() {
        database.close();
    }

    /** Between the commit of a claim and its being held the scheduler thread may stand still for as long as it likes. */
    @Test
    void aClaimOfWhichTheSchedulerThreadHasNotHeardYetIsLeftAlone() throws Exception {
        List<ClaimedOneShot> claim = claim("j1");

        reconciliation.putBackWhatIsNotHeld();
        assertThat(givenBack).isEmpty();

        held.claimed(claim);
        dispatcher.settled();
        reconciliation.putBackWhatIsNotHeld();
        assertThat(givenBack).isEmpty();
    }

    @Test
    void aClaimOfWhichItHeardNothingIsGivenBackOnceTheNextOneIsMade() throws Exception {
        List<ClaimedOneShot> lost = claim("j1");
        dispatcher.settled();
        List<ClaimedOneShot> next = claim("j2");

        reconciliation.putBackWhatIsNotHeld();

        assertThat(givenBack).containsExactlyElementsOf(lost).doesNotContainAnyElementsOf(next);
    }

    private List<ClaimedOneShot> claim(String name) throws SQLException {
        List<OneShot> shots = List.of(Shots.due("q1", name));
        long now = System.currentTimeMillis();
        List<ClaimedOneShot> claim = inTransaction(connection -> {
            new OneShotTable(SCHEDULER).insertion(shots).execute(connection);
            dispatcher.announce(shots);
            return dispatcher.claim(
                    new StoredBacklog(connection, new OneShotClaim(SCHEDULER), new GateTable(SCHEDULER), NODE),
                    now,
                    now + 1_000,
                    10);
        });
        assertThat(claim).hasSize(1);
        return claim;
    }

    private <T> T inTransaction(Transactions.Work<T> work) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            T result = work.in(connection);
            connection.commit();
            return result;
        }
    }
}
