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
import dev.posthaste.recurring.CronDao;
import dev.posthaste.sql.OnConflict;
import dev.posthaste.teams.TeamDao;
import dev.posthaste.teams.Teams;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Deletes teams with all that they have: tokens, crons and channels of alerts at once, then queue by queue. Whenever it breaks off, it can be repeated. The
 * rows of finished jobs are removed by retention, as those of a deleted queue are, and the team's own row after the last of
 * them: what is still to be reported of them is reported, and signed. Thread-safe.
 */
public final class TeamRemoval {
    private final Jdbi database;
    private final OneShots oneShots;
    private final TeamDao teams;
    private final QueueDao queues;
    private final CronDao crons;
    private final ChannelDao channels;
    private final QueueClearing clearing;
    private final AuditLog audit = new AuditLog();

    /** Every queue is a transaction of its own. */
    public TeamRemoval(
            Jdbi database,
            OneShots oneShots,
            TeamDao teams,
            QueueDao queues,
            CronDao crons,
            ChannelDao channels,
            QueueClearing clearing) {
        this.database = database;
        this.oneShots = oneShots;
        this.teams = teams;
        this.queues = queues;
        this.crons = crons;
        this.channels = channels;
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
        // Its crons are locked in whatever order; who records ends of theirs locks them too.
        inTransaction(handle -> {
            lock(handle, id, name);
            if (!everything && hasWork(handle.getConnection(), id)) {
                throw new IllegalArgumentException(
                        "The team " + name + " has jobs that are pending or being sent. Purge"
                                + " its queues, wait, or delete it with everything, which cancels them.");
            }
            teams.deleteTokens(handle, id);
            crons.markRemovedOf(handle.getConnection(), id);
            removeChannels(handle.getConnection(), id);
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
            teams.deleteTokens(handle, id);
            crons.markRemovedOf(handle.getConnection(), id);
            removeChannels(handle.getConnection(), id);
            teams.markRemoved(handle, id);
        });
    }

    private interface Work {
        void in(Handle handle) throws SQLException;
    }

    private void inTransaction(Work work) throws SQLException {
        boolean unused = OnConflict.repeat(() -> database.inTransaction(handle -> {
            work.in(handle);
            return true;
        }));
    }

    private void removeChannels(Connection connection, long teamId) throws SQLException {
        for (long channelId : channels.deleteOf(connection, teamId)) {
            oneShots.removeGate(connection, Triggers.alertGroup(channelId));
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
