package dev.posthaste.recurring;

import dev.posthaste.jobs.ChainDao;
import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.CountChange;
import dev.posthaste.queues.QueueCountDao;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Takes the rows of removed crons away, in the caller's transactions. Thread-safe: holds no state. */
public final class RemoveCrons {
    private static final int SLICE = 1_000;

    private final RemovedCronDao crons;
    private final ReplacedRequestDao replaced;
    private final ExecutionDao executions;
    private final ChainDao chains;
    private final QueueCountDao counts;
    private final OneShots oneShots;

    RemoveCrons(
            RemovedCronDao crons,
            ReplacedRequestDao replaced,
            ExecutionDao executions,
            ChainDao chains,
            QueueCountDao counts,
            OneShots oneShots) {
        this.crons = crons;
        this.replaced = replaced;
        this.executions = executions;
        this.chains = chains;
        this.counts = counts;
        this.oneShots = oneShots;
    }

    /** The removed crons that still have rows. */
    public List<Long> removed(Connection connection) throws SQLException {
        return crons.removed(connection);
    }

    /**
     * Takes some executions of a removed cron with all that belongs to them, and after the last one the cron itself. What is
     * in flight ends, and finds no cron to be recorded for.
     *
     * @param max so many at most
     * @return how many
     */
    public int some(Connection connection, long cronId, int max) throws SQLException {
        if (!crons.lockRemoved(connection, cronId)) {
            return 0;
        }
        List<Long> originals = executions.someOf(connection, cronId, max);
        List<Long> members = chains.membersOf(connection, originals);
        List<OneShotKey> triggers = new ArrayList<>(executions.triggersOf(connection, members));
        triggers.addAll(chains.callbackTriggers(connection, members));
        if (!triggers.isEmpty()) {
            oneShots.remove(connection, triggers);
        }
        Map<Long, CountChange> changes = new HashMap<>();
        executions
                .openByGate(connection, originals)
                .forEach((queueId, open) -> changes.put(queueId, CountChange.cancelled(open)));
        chains.delete(connection, members);
        if (!changes.isEmpty()) {
            counts.addition(changes).execute(connection);
        }
        if (originals.size() < max) {
            replaced.removeOf(connection, cronId);
            crons.delete(connection, cronId);
        }
        return originals.size();
    }

    /** From the commit on a cron is seen, fired and recorded no more. */
    void mark(Connection connection, long cronId) throws SQLException {
        crons.markRemoved(connection, cronId);
    }

    /** Removes requests that crons send no more and no execution shows, slice by slice; returns how many. */
    public int replacedRequests(Connection connection) throws SQLException {
        int removed = 0;
        ReplacedRequestDao.Looked looked = new ReplacedRequestDao.Looked(0, SLICE, 0);
        while (looked.rows() == SLICE && !Thread.currentThread().isInterrupted()) {
            looked = replaced.removeUnused(connection, looked.last(), SLICE);
            removed += looked.removed();
        }
        return removed;
    }
}
