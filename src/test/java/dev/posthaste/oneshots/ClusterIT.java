package dev.posthaste.oneshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.quartz.TestCluster;
import dev.posthaste.quartz.TestNode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class ClusterIT {
    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void everythingEnds() {
        cluster.close();
    }

    @Test
    void twoNodesShareABacklogAndEachTriggerFiresOnce() throws Exception {
        TestNode one = cluster.node();
        TestNode two = cluster.node();

        one.store(Shots.due("q1", 5_000));

        await().atMost(Duration.ofSeconds(30)).until(() -> cluster.rows() == 0);
        assertThat(cluster.names()).hasSize(5_000).doesNotHaveDuplicates();
        assertThat(one.port().count()).isPositive();
        assertThat(two.port().count()).isPositive();
    }

    @Test
    void whatADeadNodeHeldFiresAgainElsewhereUnlessItIsOver() throws Exception {
        leftByADeadNode("j1");
        leftByADeadNode("never again");

        TestNode node = cluster.node();

        await().atMost(Duration.ofSeconds(30)).until(() -> node.port().count() == 1 && cluster.rows() == 0);
        assertThat(node.port().names()).containsExactly("j1");
        assertThat(cluster.number("select count(*) from qrtz_scheduler_state")).isEqualTo(1);
    }

    @Test
    void aFiringThatAnotherNodeHasRecoveredCanNoLongerBeRecorded() throws Exception {
        TestNode slow = cluster.node(firing -> awaitNoRow(firing.claim()));
        slow.store(List.of(Shots.due("q1", "j1")));
        await().until(() -> slow.port().count() == 1);

        cluster.database().execute("delete from qrtz_fired_one_shots");

        await().atMost(Duration.ofSeconds(30)).until(() -> !slow.port().fenced().isEmpty());
        assertThat(slow.port().fenced()).containsExactly(new OneShotKey("q1", "j1"));
        assertThat(cluster.rows()).isZero();
    }

    @Test
    void aSoleNodeRecoversAtOnceWhatItsLastRunLeft() throws Exception {
        leftByADeadNode("j1");
        cluster.database().execute("update qrtz_scheduler_state set checkin_interval = 600000");

        TestNode node = cluster.node(
                settings ->
                        new NodeSettings(settings.capacities(), 100, settings.checkIn(), Duration.ofMinutes(1), true),
                firing -> {});

        await().atMost(Duration.ofSeconds(30)).until(() -> node.port().count() == 1);
    }

    /** As after a node of a later build has died among those of this one. */
    @Test
    void whatIsOfAKindThatThisNodeDoesNotKnowWaitsForWhoDoesAndHoldsUpNothingElse() throws Exception {
        leftByADeadNode("j1");
        leftByADeadNode("later");
        cluster.database()
                .execute(
                        "update qrtz_fired_one_shots set job_name = 'a later build''s', trigger_group = 'later' where claim_id = 'dead:later'");

        TestNode node = cluster.node();

        await().until(() -> node.port().names().equals(List.of("j1")));
        await().until(() -> cluster.number("select count(*) from qrtz_triggers where trigger_name = 'later'") == 1);
    }

    private void awaitNoRow(String claim) {
        String sql = "select count(*) from qrtz_fired_one_shots where claim_id = '" + claim + "'";
        await().atMost(Duration.ofSeconds(30))
                .until(() -> cluster.number(sql) == 0
                        || cluster.number("select count(*) from qrtz_fired_one_shots") > 1
                        || cluster.names().size() > 1);
    }

    private void leftByADeadNode(String name) throws SQLException {
        cluster.database().execute("""
                insert into qrtz_fired_one_shots (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time,
                  counted, trigger_names, due_times, priorities, weights, ended, remaining)
                values ('posthaste', 'dead:%1$s', 'dead', 'q1', 'work', 1, false, array['over', '%1$s'],
                  array[1, 1], array[5, 5], array[0, 0], B'10', 1);
                insert into qrtz_scheduler_state
                values ('posthaste', 'dead', floor(extract(epoch from clock_timestamp()) * 1000)::bigint, 1000)
                on conflict do nothing
                """.formatted(name));
    }
}
