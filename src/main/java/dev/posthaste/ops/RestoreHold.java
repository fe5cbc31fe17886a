package dev.posthaste.ops;

import dev.posthaste.alerts.ChannelDao;
import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.GroupBacklog;
import dev.posthaste.oneshots.NodesAtWork;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.operations.Operation;
import dev.posthaste.operations.OperationDao;
import dev.posthaste.operations.Operations;
import dev.posthaste.queues.QueueHolds;
import dev.posthaste.recurring.CronHolds;
import dev.posthaste.sql.KnownCommit;
import dev.posthaste.sql.NetworkPatience;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Holds everything back that a restored database would send, before any node starts on it: queues and crons are paused,
 * operations stopped, and callbacks, alerts and what crons without a queue have made wait at gates. What was in flight when the backup was made is
 * recovered into the same groups, and so is held too. All in one transaction, which takes as long as it takes: it reads
 * whatever waits, where the database has just been restored and has nothing in memory. An {@link IllegalArgumentException} carries a
 * sentence for the operator. Thread-safe.
 */
public final class RestoreHold {
    /** So many ids may have been given out since the backup: more than a day's at 10,000 jobs a second. */
    public static final long IDS = 1_000_000_000;

    private static final Duration FOR_EVER = Duration.ZERO;

    private final Jdbi database;
    private final OneShots oneShots;
    private final NodesAtWork nodes;
    private final QueueHolds queues = new QueueHolds();
    private final CronHolds crons = new CronHolds();
    private final ChannelDao channels = new ChannelDao();
    private final OperationDao operations = new OperationDao();
    private final NextIds ids = new NextIds();
    private final AuditLog audit = new AuditLog();

    /** @param database as {@link KnownCommit} makes it */
    public RestoreHold(Jdbi database, OneShots oneShots) {
        this.database = database;
        this.oneShots = oneShots;
        this.nodes = new NodesAtWork(oneShots.schedulerName());
    }

    /**
     * The members that the database knows. Who is among them and alive has said something else a lease later.
     *
     * @throws IllegalArgumentException when a node is connected
     */
    public NodesAtWork.Members look() throws SQLException {
        return database.withHandle(handle -> {
            refuse(nodes.sessions(handle.getConnection()));
            return nodes.members(handle.getConnection());
        });
    }

    /**
     * Holds everything, and writes what would be due.
     *
     * @param before what {@link #look} has found a lease ago
     * @param skippedIds so many ids are given to nobody
     * @throws IllegalArgumentException when a node is at work; then nothing was changed
     */
    public void hold(NodesAtWork.Members before, long skippedIds, Actor actor, PrintWriter output) throws SQLException {
        RestoreReport report = KnownCommit.inTransaction(database, handle -> {
            Connection connection = handle.getConnection();
            NetworkPatience longer = NetworkPatience.of(connection, FOR_EVER);
            try {
                setUnlimited(connection);
                return hold(handle, before, skippedIds, actor);
            } finally {
                longer.end();
            }
        });
        report.write(output);
    }

    private static void setUnlimited(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local statement_timeout = 0");
        }
    }

    private RestoreReport hold(Handle handle, NodesAtWork.Members before, long skippedIds, Actor actor)
            throws SQLException {
        Connection connection = handle.getConnection();
        nodes.keepOut(connection);
        refuse(nodes.sessions(connection));
        refuse(nodes.members(connection).aliveSince(before));
        Map<Long, String> teams = teams(connection);
        List<QueueHolds.Named> all = queues.all(connection);
        List<QueueHolds.Named> paused = queues.pauseAll(connection);
        List<CronHolds.Named> stopped = crons.pauseAll(connection);
        List<Operation> ended = operations.stopAll(connection);
        Map<Long, Long> channelTeams = channels.teamsOfAll(connection);
        List<GroupBacklog> backlog = oneShots.backlog(connection);
        oneShots.pause(connection, groups(teams.keySet(), all, channelTeams.keySet(), backlog));
        ids.skip(connection, skippedIds);
        audit.write(handle, entries(paused, stopped, ended, actor));
        return new RestoreReport(teams, all, paused.size(), stopped, ended.size(), channelTeams, backlog, skippedIds);
    }

    /** Those of whatever there is, and of whatever waits of something that was deleted. */
    private static Set<String> groups(
            Set<Long> teams, List<QueueHolds.Named> queues, Set<Long> channels, List<GroupBacklog> backlog) {
        Set<String> groups = new HashSet<>();
        queues.forEach(queue -> groups.addAll(Triggers.groupsOf(queue.id()).keySet()));
        teams.forEach(team -> groups.addAll(Triggers.groupsOfCrons(team).keySet()));
        channels.forEach(channel -> groups.add(Triggers.alertGroup(channel)));
        backlog.forEach(group -> groups.add(group.group()));
        return groups;
    }

    private static List<AuditEntry> entries(
            List<QueueHolds.Named> paused, List<CronHolds.Named> stopped, List<Operation> ended, Actor actor) {
        List<AuditEntry> entries = new ArrayList<>();
        paused.forEach(queue -> entries.add(
                AuditEntry.of(queue.teamId(), actor, AuditAction.QUEUE_PAUSE, Thing.queue(queue.id(), queue.name()))
                        .changing(List.of("is_active"))));
        stopped.forEach(cron -> entries.add(
                AuditEntry.of(cron.teamId(), actor, AuditAction.CRON_PAUSE, Thing.cron(cron.id(), cron.name()))
                        .changing(List.of("is_active"))));
        ended.forEach(operation -> entries.add(
                AuditEntry.of(operation.teamId(), actor, AuditAction.OPERATION_STOP, Operations.thing(operation))
                        .of(operation.done())));
        return entries;
    }

    private static Map<Long, String> teams(Connection connection) throws SQLException {
        return new HashMap<>(Rows.map(
                connection,
                "select id, name from teams",
                Parameters.NONE,
                row -> row.getLong(1),
                row -> row.getString(2)));
    }

    private static void refuse(List<String> alive) {
        if (!alive.isEmpty()) {
            throw new IllegalArgumentException("Nodes are at work on this database (" + String.join(", ", alive)
                    + "), and have been sending: nothing was changed. Stop them, restore the backup again, and hold it"
                    + " before any node starts.");
        }
    }
}
