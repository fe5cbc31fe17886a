package dev.posthaste.steering;

import dev.posthaste.alerts.ChannelDao;
import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.QueueClearing;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.queues.QueueRemoval;
import dev.posthaste.recurring.RemovedCronDao;
import dev.posthaste.sql.OnConflict;
import dev.posthaste.teams.TeamDao;
import dev.posthaste.teams.Teams;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;

/**
 * Deletes teams with all that they have: tokens, crons, operations and channels of alerts at once, then queue by queue. Whenever it breaks off, it can be repeated. The
 * rows of finished jobs are removed by retention, as those of a deleted queue are, and the team's own row after the last of
 * them: what is still to be reported of them is reported, and signed. Thread-safe.
 */
public final class TeamRemoval {
    private final Jdbi database;
    private final OneShots oneShots;
    private final TeamDao teams;
    private final QueueDao queues;
    private final RemovedCronDao crons;
    private final ChannelDao channels;
    private final Rest rest;
    private final QueueClearing clearing;
    private final AuditLog audit = new AuditLog();

    /** What a team has that others keep: it goes with it, in the transaction that removes the team. */
    public interface Rest {
        void removeOf(Connection connection, long teamId) throws SQLException;
    }

    /** Every queue is a transaction of its own. */
    public TeamRemoval(
            Jdbi database,
            OneShots oneShots,
            TeamDao teams,
            QueueDao queues,
            RemovedCronDao crons,
            ChannelDao channels,
            Rest rest,
            QueueClearing clearing) {
        this.database = database;
        this.oneShots = oneShots;
        this.teams = teams;
        this.queues = queues;
        this.crons = crons;
        this.channels = channels;
        this.rest = rest;
        this.clearing = clearing;
    }

    /**
     * Deletes a team.
     *
     * @param everything cancels what is pending; without it such a team is left as it was
     * @throws IllegalArgumentException with a sentence when there is no such team, or it cannot be deleted now
     */
    public void remove(String name, boolean everything, Actor actor) throws SQLException {
        if (name.equals(Teams.DEFAULT)) {
            throw new IllegalArgumentException("The team " + Teams.DEFAULT + " cannot be deleted.");
        }
        long id = new Teams(database, teams).idOf(name);
        inTransaction(handle -> {
            lock(handle, id, name);
            if (!everything && hasWork(handle.getConnection(), id)) {
                throw new IllegalArgumentException(
                        "The team " + name + " has jobs that are pending or being sent. Purge"
                                + " its queues, wait, or delete it with everything, which cancels them.");
            }
            removeAllButQueues(handle, id);
            // Here it begins, and whoever breaks off after this has ended every token.
            audit.write(handle, AuditEntry.of(id, actor, AuditAction.TEAM_DELETE, Thing.team(id, name)));
        });
        for (long queueId : queueIds(id)) {
            if (everything) {
                clearing.purge(id, queueId, actor);
            }
            if (clearing.delete(id, queueId, actor) == QueueRemoval.NOT_EMPTY) {
                throw unfinished(name);
            }
        }
        inTransaction(handle -> {
            lock(handle, id, name);
            if (!queues.idsOfTeam(handle.getConnection(), id).isEmpty()) {
                throw unfinished(name);
            }
            removeAllButQueues(handle, id);
            teams.markRemoved(handle, id);
        });
    }

    /** Others hold crons and channels while they make executions, record ends and write messages. */
    private void inTransaction(HandleConsumer<SQLException> work) throws SQLException {
        OnConflict.repeat(() -> database.inTransaction(work.asCallback()));
    }

    private void removeAllButQueues(Handle handle, long id) throws SQLException {
        teams.deleteTokens(handle, id);
        crons.markRemovedOf(handle.getConnection(), id);
        rest.removeOf(handle.getConnection(), id);
        for (long channelId : channels.deleteOf(handle.getConnection(), id)) {
            oneShots.removeGate(handle.getConnection(), Triggers.alertGroup(channelId));
        }
    }

    private void lock(Handle handle, long id, String name) {
        if (!teams.lock(handle, id)) {
            throw new IllegalArgumentException("There is no team " + name + ".");
        }
    }

    private boolean hasWork(Connection connection, long teamId) throws SQLException {
        for (long queueId : queues.idsOfTeam(connection, teamId)) {
            if (oneShots.hasAny(connection, Triggers.jobGroup(queueId))) {
                return true;
            }
        }
        return false;
    }

    private List<Long> queueIds(long teamId) throws SQLException {
        return database.withHandle(handle -> queues.idsOfTeam(handle.getConnection(), teamId));
    }

    private static IllegalArgumentException unfinished(String name) {
        return new IllegalArgumentException(
                "Jobs of the team " + name + " are being sent just now, or came in meanwhile."
                        + " Its tokens are gone; delete it again with everything in a moment.");
    }
}
