package dev.posthaste.ops;

import dev.posthaste.alerts.ChannelDao;
import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.QueueChange;
import dev.posthaste.queues.QueueHolds;
import dev.posthaste.queues.Queues;
import dev.posthaste.recurring.CronHolds;
import dev.posthaste.recurring.Crons;
import dev.posthaste.recurring.UnreadableTimingException;
import dev.posthaste.teams.Teams;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jdbi.v3.core.Jdbi;

/**
 * Lets go on what {@link RestoreHold} holds, part by part; what was paused before the backup was made stays so. Each queue and
 * each cron is a transaction of its own, so that one that broke off is simply repeated. Thread-safe.
 */
public final class RestoreRelease {
    private final Jdbi database;
    private final OneShots oneShots;
    private final Teams teams;
    private final Queues queues;
    private final Crons crons;
    private final QueueHolds queueHolds = new QueueHolds();
    private final CronHolds cronHolds = new CronHolds();
    private final ChannelDao channels = new ChannelDao();
    private final Actor actor;

    /** @param actor who acts by it */
    public RestoreRelease(Jdbi database, OneShots oneShots, Teams teams, Queues queues, Crons crons, Actor actor) {
        this.database = database;
        this.oneShots = oneShots;
        this.teams = teams;
        this.queues = queues;
        this.crons = crons;
        this.actor = actor;
    }

    /**
     * A queue with its callbacks, also one that was paused before.
     *
     * @throws IllegalArgumentException when there is no such team or queue
     */
    public void queue(String team, String name, PrintWriter output) throws SQLException {
        long teamId = teams.idOf(team);
        QueueHolds.Named found = database.withHandle(handle -> queueHolds.all(handle.getConnection()).stream()
                        .filter(queue ->
                                queue.teamId() == teamId && queue.name().equals(name))
                        .findFirst())
                .orElseThrow(() -> new IllegalArgumentException("The team " + team + " has no queue " + name + "."));
        resume(found);
        output.println("Queue " + name + " of team " + team + " goes on, with its callbacks");
    }

    /**
     * A team's crons, from their next times on, and what those without a queue have made.
     *
     * @throws IllegalArgumentException when there is no such team
     */
    public void crons(String team, PrintWriter output) throws SQLException {
        long teamId = teams.idOf(team);
        open(Triggers.groupsOfCrons(teamId).keySet());
        int resumed = resumeCrons(id -> id == teamId, output);
        output.println("Crons of team " + team + " that go on: " + resumed);
    }

    /**
     * A team's messages about alerts.
     *
     * @throws IllegalArgumentException when there is no such team
     */
    public void alerts(String team, PrintWriter output) throws SQLException {
        long teamId = teams.idOf(team);
        Set<String> groups = new HashSet<>();
        database.withHandle(handle -> channels.teamsOfAll(handle.getConnection()))
                .forEach((channel, of) -> {
                    if (of == teamId) {
                        groups.add(Triggers.alertGroup(channel));
                    }
                });
        open(groups);
        output.println("Alerts of team " + team + " go on");
    }

    /** All that is still held, of all teams. */
    public void everything(PrintWriter output) throws SQLException {
        List<QueueHolds.Named> held = database.withHandle(handle -> queueHolds.held(handle.getConnection()));
        for (QueueHolds.Named queue : held) {
            resume(queue);
        }
        open(database.withHandle(handle -> {
            Set<String> groups = new HashSet<>(oneShots.paused(handle.getConnection()));
            // Those of queues that were paused before, or by somebody since.
            queueHolds.all(handle.getConnection()).forEach(queue -> groups.remove(Triggers.jobGroup(queue.id())));
            return groups;
        }));
        int resumed = resumeCrons(id -> true, output);
        output.println(
                "All go on: " + held.size() + " queues and " + resumed + " crons that were held, callbacks and alerts");
    }

    private void resume(QueueHolds.Named queue) throws SQLException {
        QueueChange change = queues.change(
                queue.teamId(), queue.id(), settings -> settings.withActive(true), actor, AuditAction.QUEUE_RESUME);
        if (change instanceof QueueChange.NoSuchQueue) {
            // Somebody has deleted it meanwhile.
            return;
        }
        // Where it had been resumed before, the change had nothing to do with its callbacks.
        open(Set.of(Triggers.callbackGroup(queue.id())));
    }

    private int resumeCrons(LongPredicate team, PrintWriter output) throws SQLException {
        int resumed = 0;
        for (CronHolds.Named cron : database.withHandle(handle -> cronHolds.held(handle.getConnection()))) {
            if (team.test(cron.teamId())) {
                try {
                    crons.change(
                            cron.teamId(),
                            cron.id(),
                            before -> before.settings().withActive(true),
                            actor,
                            AuditAction.CRON_RESUME);
                    resumed++;
                } catch (UnreadableTimingException e) {
                    output.println("Cron " + cron.id() + " stays paused: " + e.getMessage());
                }
            }
        }
        return resumed;
    }

    private void open(Collection<String> groups) throws SQLException {
        database.useTransaction(handle -> oneShots.resume(handle.getConnection(), groups));
        groups.forEach(oneShots::gateCommitted);
    }
}
