package dev.posthaste.quartz;

import dev.posthaste.oneshots.NodeSettings;
import dev.posthaste.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;
import org.quartz.SchedulerException;

/** Nodes on a database of their own. */
public final class TestCluster implements AutoCloseable {
    private final TestDatabase database = TestDatabase.fresh();
    private final List<TestNode> nodes = new ArrayList<>();

    public TestDatabase database() {
        return database;
    }

    public TestNode node() throws SchedulerException {
        return node(firing -> {});
    }

    public TestNode node(RecordingPort.Behaviour behaviour) throws SchedulerException {
        return node(settings -> settings, behaviour);
    }

    public TestNode node(UnaryOperator<NodeSettings> change, RecordingPort.Behaviour behaviour)
            throws SchedulerException {
        TestNode node = TestNode.start(database.target(), change, behaviour);
        nodes.add(node);
        return node;
    }

    /** How many triggers there are, waiting or fired. */
    public long rows() throws SQLException {
        return number("select (select count(*) from qrtz_triggers) + (select count(*) from qrtz_fired_triggers)"
                + " + (select coalesce(sum(remaining), 0) from qrtz_fired_one_shots)");
    }

    public long number(String sql) throws SQLException {
        return database.number(sql);
    }

    public List<String> names() {
        return nodes.stream().flatMap(node -> node.port().names().stream()).toList();
    }

    public boolean hasFiredAnythingTwice() {
        List<String> names = names();
        return new HashSet<>(names).size() < names.size();
    }

    @Override
    public void close() {
        nodes.forEach(TestNode::close);
        database.close();
    }
}
