package dev.posthaste.ops;

import dev.posthaste.alerts.RemoveAlerts;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.jobs.ChainDao;
import dev.posthaste.jobs.FinishedChainDao;
import dev.posthaste.jobs.RunDao;
import dev.posthaste.operations.OperationDao;
import dev.posthaste.queues.CountChange;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.recurring.RemoveCrons;
import dev.posthaste.sql.OneTransaction;
import dev.posthaste.steering.DeadLetters;
import dev.posthaste.steering.RemoveChains;
import dev.posthaste.teams.TeamDao;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is kept no longer: chains that ended long ago, dead letters after their queue's days, the days of runs, the
 * jobs of deleted queues, deleted crons with their executions, alerts, operations that ended, and what the audit told long ago. In small transactions or by dropping a partition, so that deliveries do not wait for it long.
 */
public final class Retention implements Upkeep.Task {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final int BATCH = 1_000;
    private static final int WINDOW = 5_000;
    private static final Duration KEEP_OPERATIONS = Duration.ofDays(30);

    private final Duration keepFinished;
    private final Duration keepRuns;
    private final Duration keepAudit;
    private final InstantSource clock;
    private final FinishedChainDao finishedChains;
    private final ChainDao chains;
    private final QueueDao queues;
    private final RunDao runs;
    private final DeadLetters deadLetters;
    private final RemoveChains removal;
    private final AuditLog audit;
    private final TeamDao teams;
    private final RemoveCrons crons;
    private final RemoveAlerts alerts;
    private final OperationDao operations;

    /**
     * Removes through the tables' owners.
     *
     * @param keepFinished how long a chain is kept after its end
     * @param keepRuns how long a run is kept, to the day
     * @param keepAudit how long an entry of the audit is kept
     * @param clock the database's
     */
    public Retention(
            Duration keepFinished,
            Duration keepRuns,
            Duration keepAudit,
            InstantSource clock,
            FinishedChainDao finishedChains,
            ChainDao chains,
            QueueDao queues,
            RunDao runs,
            DeadLetters deadLetters,
            RemoveChains removal,
            AuditLog audit,
            TeamDao teams,
            RemoveCrons crons,
            RemoveAlerts alerts,
            OperationDao operations) {
        this.keepFinished = keepFinished;
        this.keepRuns = keepRuns;
        this.keepAudit = keepAudit;
        this.clock = clock;
        this.finishedChains = finishedChains;
        this.chains = chains;
        this.queues = queues;
        this.runs = runs;
        this.deadLetters = deadLetters;
        this.removal = removal;
        this.audit = audit;
        this.teams = teams;
        this.crons = crons;
        this.alerts = alerts;
        this.operations = operations;
    }

    /**
     * What was removed, as its text says it.
     *
     * @param replacedRequests those that crons send no more
     * @param teams deleted ones of which nothing was left
     */
    public record Removed(
            long finishedChains,
            long deadLetters,
            long jobsOfDeletedQueues,
            int daysOfRuns,
            long auditEntries,
            OfCrons ofCrons,
            int replacedRequests,
            OfAlerts ofAlerts,
            long operations,
            int teams) {
        @Override
        public String toString() {
            return finishedChains + " finished chains, " + deadLetters + " dead letters, " + jobsOfDeletedQueues
                    + " jobs of deleted queues, " + daysOfRuns + " days of runs, " + auditEntries
                    + " entries of the audit, " + ofCrons.crons() + " deleted crons with " + ofCrons.executions()
                    + " executions, " + replacedRequests + " requests that crons send no more, " + ofAlerts.alerts()
                    + " alerts, " + ofAlerts.messages() + " messages about alerts, " + operations + " operations, "
                    + teams + " deleted teams";
        }

        private boolean isSomething() {
            return finishedChains + deadLetters + jobsOfDeletedQueues + daysOfRuns + auditEntries > 0
                    || ofCrons.crons() + replacedRequests + ofAlerts.alerts() + ofAlerts.messages() + operations + teams
                            > 0;
        }
    }

    /** Deleted crons, and the executions that went with them. */
    public record OfCrons(int crons, long executions) {}

    /** Alerts, and messages about alerts. */
    public record OfAlerts(long alerts, long messages) {}

    @Override
    public void run(Connection connection) throws SQLException {
        remove(connection);
    }

    /** Removes it now, on a connection in autocommit mode, and says in the log what it was. */
    public Removed remove(Connection connection) throws SQLException {
        long ofQueues = removeDeletedQueues(connection);
        long expired = removeExpiredDeadLetters(connection);
        Removed removed = new Removed(
                removeFinished(connection),
                expired,
                ofQueues,
                dropRuns(connection),
                removeAudit(connection),
                removeCrons(connection),
                crons.replacedRequests(connection),
                removeAlerts(connection),
                inBatches(() -> operations.removeEnded(connection, KEEP_OPERATIONS, BATCH)),
                teams.deleteRemoved(connection));
        if (removed.isSomething()) {
            LOG.info("Retention removed {}", removed);
        }
        return removed;
    }

    private interface Removal {
        int some() throws SQLException;
    }

    private static long inBatches(Removal removal) throws SQLException {
        long removed = 0;
        int batch;
        do {
            batch = removal.some();
            removed += batch;
        } while (batch >= BATCH && isToGoOn());
        return removed;
    }

    private static boolean isToGoOn() {
        return !Thread.currentThread().isInterrupted();
    }

    private long removeFinished(Connection connection) throws SQLException {
        long removed = 0;
        FinishedChainDao.Window window = new FinishedChainDao.Window(List.of(), 0, true);
        while (window.hasMore() && isToGoOn()) {
            long after = window.last();
            window = OneTransaction.on(connection, open -> {
                FinishedChainDao.Window next = finishedChains.next(open, keepFinished, after, WINDOW);
                remove(open, next.finished());
                return next;
            });
            removed += window.finished().size();
        }
        return removed;
    }

    /** Only what nobody else has removed meanwhile is counted out. */
    private void remove(Connection connection, List<FinishedChainDao.Finished> found) throws SQLException {
        Set<Long> locked = chains.lock(
                connection,
                found.stream().map(FinishedChainDao.Finished::originalId).toList());
        List<FinishedChainDao.Finished> ours =
                found.stream().filter(one -> locked.contains(one.originalId())).toList();
        removal.remove(
                connection,
                ours.stream().map(FinishedChainDao.Finished::originalId).toList(),
                changes(ours));
    }

    private static Map<Long, CountChange> changes(List<FinishedChainDao.Finished> finished) {
        return finished.stream()
                .filter(FinishedChainDao.Finished::isCounted)
                .collect(Collectors.toMap(
                        FinishedChainDao.Finished::queueId,
                        one -> CountChange.removed(one.end(), one.isReplayed()),
                        CountChange::and));
    }

    private long removeExpiredDeadLetters(Connection connection) throws SQLException {
        return inBatches(() -> OneTransaction.on(connection, open -> deadLetters.removeExpired(open, BATCH)));
    }

    private long removeDeletedQueues(Connection connection) throws SQLException {
        long removed = 0;
        for (long queueId : queues.removed(connection)) {
            removed += inBatches(() -> OneTransaction.on(connection, open -> removeJobsOf(open, queueId)));
        }
        return removed;
    }

    private int removeJobsOf(Connection connection, long queueId) throws SQLException {
        List<Long> jobs = chains.reportedJobsOf(connection, queueId, BATCH);
        chains.delete(connection, jobs);
        if (jobs.size() < BATCH && !chains.hasJobs(connection, queueId)) {
            queues.forgetRemoved(connection, queueId);
        }
        return jobs.size();
    }

    private OfCrons removeCrons(Connection connection) throws SQLException {
        int removed = 0;
        long executions = 0;
        for (long cronId : crons.removed(connection)) {
            executions += inBatches(() -> OneTransaction.on(connection, open -> crons.some(open, cronId, BATCH)));
            removed++;
        }
        return new OfCrons(removed, executions);
    }

    private OfAlerts removeAlerts(Connection connection) throws SQLException {
        // First, because what a message is still to tell stays.
        long messages = inBatches(() -> OneTransaction.on(connection, open -> alerts.someMessages(open, BATCH)));
        long removed = inBatches(() -> OneTransaction.on(connection, open -> alerts.some(open, BATCH)));
        alerts.leftovers(connection);
        return new OfAlerts(removed, messages);
    }

    private long removeAudit(Connection connection) throws SQLException {
        return inBatches(() -> audit.removeOlder(connection, keepAudit, BATCH));
    }

    private int dropRuns(Connection connection) throws SQLException {
        int dropped = 0;
        for (String partition :
                runs.partitionsBefore(connection, clock.instant().minus(keepRuns))) {
            try {
                runs.dropPartition(connection, partition);
                dropped++;
            } catch (SQLException e) {
                LOG.warn("{} could not be dropped and is tried again later: {}", partition, e.getMessage());
                if (RunDao.isInUse(e)) {
                    break;
                }
            }
        }
        while (isToGoOn() && runs.removeStray(connection, clock.instant().minus(keepRuns), BATCH) == BATCH) {
            LOG.debug("Removed {} runs from the default partition", BATCH);
        }
        return dropped;
    }
}
