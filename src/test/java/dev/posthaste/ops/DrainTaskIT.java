package dev.posthaste.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.oneshots.Shots;
import dev.posthaste.postgres.TestDatabase;
import dev.posthaste.quartz.TestNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node that was drained says of what is in flight is so. */
class DrainTaskIT {
    private final TestDatabase database = TestDatabase.fresh();
    private TestNode node;
    private Duty duty;

    @BeforeEach
    void start() throws Exception {
        node = TestNode.start(database.target(), TestNode::withoutCheckIns, firing -> {});
        duty = new Duty(node.scheduler()::standBy, node.scheduler()::resume, node.scheduler()::beginStop);
    }

    @AfterEach
    void close() {
        node.close();
        database.close();
    }

    @Test
    void whatAClaimInProgressBringsIsGivenBackBeforeNothingIsSaidToBeInFlight() throws Exception {
        try (Connection other = database.dataSource().getConnection();
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("lock table qrtz_fired_one_shots in share mode");
            node.store(List.of(Shots.due("g", "j")));
            await().until(() -> database.number("select count(*) from pg_locks where not granted") > 0);

            assertThat(drain("0"))
                    .contains("A claim that had begun waits for the database")
                    .doesNotContain("Nothing is in flight");
            other.rollback();
        }

        assertThat(drain("30")).contains("Nothing is in flight");
        await().until(() -> database.number("select count(*) from qrtz_fired_one_shots") == 0);
        assertThat(node.port().count()).isZero();

        duty.become(Duty.State.WORKING);
        await().until(() -> node.port().count() == 1);
    }

    private String drain(String seconds) throws Exception {
        StringWriter said = new StringWriter();
        new DrainTask(duty, node.scheduler()).execute(Map.of("seconds", List.of(seconds)), new PrintWriter(said, true));
        return said.toString();
    }
}
