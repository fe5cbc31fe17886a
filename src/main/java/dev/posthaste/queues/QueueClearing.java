package dev.posthaste.queues;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import dev.posthaste.jobs.ChainDao;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.OnConflict;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Empties and deletes queues. Thread-safe. */
public final class QueueClearing {
    private static final int BATCH = 5_000;

    private final Jdbi database;
    private final OneShots oneShots;
    private final QueueDao queues;
    private final QueueCountDao counts;
    private final ChainDao chains;
    private final TallyDao tallies;
    private final AuditLog audit = new AuditLog();

    /** Every batch is a transaction of its own. */
    public QueueClearing(Jdbi database, OneShots oneShots, QueueDao queues, QueueCountDao counts, ChainDao chains) {
        this.database = database;
        this.oneShots = oneShots;
        this.queues = queues;
        this.counts = counts;
        this.chains = chains;
        this.tallies = new TallyDao(counts);
    }

    /**
     * Cancels whatever is pending in the queue, in batches: deliveries go on meanwhile, and what was cancelled stays so
     * should the call break off.
     *
     * @return how many jobs were cancelled; empty when the team has no such queue
     */
    public Optional<Long> purge(long teamId, long queueId, Actor actor) throws SQLException {
        Optional<String> name = database.withHandle(handle -> queues.nameOf(handle.getConnection(), teamId, queueId));
        if (name.isEmpty()) {
            return Optional.empty();
        }
        AuditEntry entry = AuditEntry.of(teamId, actor, AuditAction.QUEUE_PURGE, Thing.queue(queueId, name.get()));
        long cancelled = 0;
        int batch;
        do {
            batch = OnConflict.repeat(() -> database.inTransaction(handle -> cancelSome(handle, queueId, entry)));
            cancelled += batch;
        } while (batch == BATCH);
        return Optional.of(cancelled);
    }

    private int cancelSome(Handle handle, long queueId, AuditEntry entry) throws SQLException {
        Connection connection = handle.getConnection();
        Set<OneShotKey> removed = oneShots.removeWaiting(connection, Triggers.jobGroup(queueId), BATCH);
        if (!removed.isEmpty()) {
            List<Long> ids =
                    removed.stream().map(key -> Triggers.idOf(key)).sorted().toList();
            chains.cancel(connection, ids);
            counts.addition(Map.of(queueId, CountChange.cancelled(ids.size()))).execute(connection);
            audit.write(handle, entry.of(ids.size()));
        }
        return removed.size();
    }

    /** Deletes a queue in which nothing is pending or being sent. Its finished jobs are gone with it for every reader. */
    public QueueRemoval delete(long teamId, long queueId, Actor actor) throws SQLException {
        return OnConflict.repeat(() -> database.inTransaction(handle -> delete(handle, teamId, queueId, actor)));
    }

    private QueueRemoval delete(Handle handle, long teamId, long queueId, Actor actor) throws SQLException {
        Connection connection = handle.getConnection();
        Optional<String> name = queues.lock(connection, teamId, queueId);
        if (name.isEmpty()) {
            return QueueRemoval.NO_SUCH_QUEUE;
        }
        // Whatever adds a job holds the queue's row first, so that this cannot change before the commit.
        if (oneShots.hasAny(connection, Triggers.jobGroup(queueId))) {
            return QueueRemoval.NOT_EMPTY;
        }
        if (queues.hasCrons(connection, queueId)) {
            return QueueRemoval.HAS_CRONS;
        }
        tallies.removeQueue(connection, teamId, queueId);
        queues.delete(connection, queueId);
        oneShots.removeGate(connection, Triggers.jobGroup(queueId));
        audit.write(handle, AuditEntry.of(teamId, actor, AuditAction.QUEUE_DELETE, Thing.queue(queueId, name.get())));
        return QueueRemoval.DONE;
    }
}
