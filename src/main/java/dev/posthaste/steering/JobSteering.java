package dev.posthaste.steering;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.jobs.Chain;
import dev.posthaste.jobs.ChainDao;
import dev.posthaste.jobs.ChainMember;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.CountChange;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.sql.OnConflict;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;

/**
 * What clients do with jobs that they have pushed; each is a transaction of its own. A trigger that is still waiting
 * decides every race: who removes it has cancelled the job, who claims it sends it, and nobody can do both. Triggers
 * come first, then the rows of jobs, as the completing transactions do it. Thread-safe.
 */
public final class JobSteering {
    private final Jdbi database;
    private final OneShots oneShots;
    private final ChainDao chains;
    private final QueueDao queues;
    private final QueueCountDao counts;
    private final ReplayJobs replays;
    private final ChangeJob changes;
    private final CancelJobs cancellation;
    private final AuditLog audit = new AuditLog();

    /** Every call takes a connection of {@code database}. */
    public JobSteering(
            Jdbi database,
            OneShots oneShots,
            ChainDao chains,
            QueueDao queues,
            QueueCountDao counts,
            ReplayJobs replays,
            ChangeJob changes) {
        this.database = database;
        this.oneShots = oneShots;
        this.chains = chains;
        this.queues = queues;
        this.counts = counts;
        this.replays = replays;
        this.changes = changes;
        this.cancellation = new CancelJobs(chains, oneShots, counts);
    }

    /** Cancels whatever of the job's chain is pending. */
    public SteeringResult cancel(long teamId, long jobId, Actor actor) throws SQLException {
        return inTransaction(teamId, jobId, actor, connection -> cancel(connection, teamId, jobId));
    }

    /** Changes a job that is still pending. */
    public SteeringResult change(long teamId, long jobId, JobChange change, Actor actor) throws SQLException {
        SteeringResult result =
                inTransaction(teamId, jobId, actor, connection -> change(connection, teamId, jobId, change));
        if (result instanceof SteeringResult.Changed changed) {
            oneShots.committed(List.of(changed.trigger()));
        }
        return result;
    }

    /** Makes a new job of a finished one's request, due at once. */
    public SteeringResult replay(long teamId, long jobId, Actor actor) throws SQLException {
        SteeringResult result = inTransaction(teamId, jobId, actor, connection -> replay(connection, teamId, jobId));
        if (result instanceof SteeringResult.Replayed replayed) {
            oneShots.committed(List.of(replayed.trigger()));
            replays.made(1);
        }
        return result;
    }

    /** Removes the job's whole chain, unless one of it is being sent. */
    public SteeringResult delete(long teamId, long jobId, Actor actor) throws SQLException {
        return inTransaction(teamId, jobId, actor, connection -> delete(connection, teamId, jobId));
    }

    private SteeringResult cancel(Connection connection, long teamId, long jobId) throws SQLException {
        Optional<Chain> found = chains.chainOf(connection, teamId, jobId);
        if (found.isEmpty()) {
            return new SteeringResult.NoSuchJob();
        }
        Chain chain = found.get();
        List<Long> cancelled = cancellation.cancel(
                connection,
                chain.pending().stream()
                        .map(member -> new CancelJobs.Candidate(member.queueId(), member.id()))
                        .toList());
        if (cancelled.isEmpty()) {
            return new SteeringResult.NotAllowed(
                    "The job is " + chain.lastStatus().contractName() + "; nothing of it is pending.");
        }
        return new SteeringResult.Cancelled();
    }

    private SteeringResult change(Connection connection, long teamId, long jobId, JobChange change)
            throws SQLException {
        Optional<ChainMember> job = chains.chainOf(connection, teamId, jobId).flatMap(chain -> chain.member(jobId));
        if (job.isEmpty()) {
            return new SteeringResult.NoSuchJob();
        }
        if (job.get().isPending() && oneShots.hold(connection, job.get().triggerKey())) {
            return changes.apply(connection, job.get(), change);
        }
        String state = chains.chainOf(connection, teamId, jobId)
                .flatMap(chain -> chain.member(jobId))
                .map(now -> now.isPending() ? "processing" : now.status().contractName())
                .orElse("gone");
        return new SteeringResult.NotAllowed("The job is " + state + "; only a pending one can be changed.");
    }

    private SteeringResult replay(Connection connection, long teamId, long jobId) throws SQLException {
        Optional<Chain> found = chains.chainOf(connection, teamId, jobId);
        if (found.isEmpty() || !holdQueue(connection, found.get())) {
            return new SteeringResult.NoSuchJob();
        }
        ChainMember job = found.get().member(jobId).orElseThrow();
        if (job.isPending()) {
            return new SteeringResult.NotAllowed("The job has not ended; only a finished one can be replayed.");
        }
        // Two clicks on one dead letter meet at its row: the second finds that it has left the list.
        chains.lock(connection, List.of(found.get().original().id()));
        Optional<Chain> chain = chains.chainOf(connection, teamId, jobId);
        if (chain.isEmpty()) {
            return new SteeringResult.NoSuchJob();
        }
        if (chain.get().hasEndedAsDeadLetter() && !chain.get().isDeadLetter()) {
            return new SteeringResult.NotAllowed("The dead letter has been replayed as job "
                    + chain.get().original().replayedAs() + "; that one can be replayed.");
        }
        boolean wasDeadLetter = chain.get().isDeadLetter();
        long knownBy = wasDeadLetter ? chain.get().original().id() : jobId;
        // A dead letter goes by its original's id, but the request that died may have been changed since then.
        ChainMember sent = wasDeadLetter && job.isOriginal() ? chain.get().last() : job;
        ReplayJobs.Source source =
                new ReplayJobs.Source(knownBy, sent.queueId(), sent.requestId(), sent.priority(), wasDeadLetter);
        return replays.replay(connection, teamId, List.of(source)).get(0);
    }

    /** A job that has none of its attempts in flight goes, whatever else of it waits. */
    private SteeringResult delete(Connection connection, long teamId, long jobId) throws SQLException {
        Optional<Chain> found = chains.chainOf(connection, teamId, jobId);
        if (found.isEmpty()) {
            return new SteeringResult.NoSuchJob();
        }
        int removed = removePending(connection, found.get()).size();
        chains.lock(connection, found.get().ids());
        // Looked at again: somebody may have been faster, or an attempt may have ended and been followed by another.
        Optional<Chain> now = chains.chainOf(connection, teamId, jobId);
        if (now.isEmpty()) {
            return new SteeringResult.NoSuchJob();
        }
        if (now.get().pending().size() > removed) {
            return new SteeringResult.NotAllowed("The job is processing; wait until that has ended, or try again.");
        }
        List<OneShotKey> callbacks =
                chains.callbackTriggers(connection, now.get().ids());
        if (!callbacks.isEmpty()) {
            oneShots.remove(connection, callbacks);
        }
        chains.delete(connection, now.get().ids());
        ChainMember original = now.get().original();
        CountChange resolved = CountChange.removed(original.finalStatus(), original.replayedAs() != null);
        count(connection, now.get(), CountChange.cancelled(removed).and(resolved));
        return new SteeringResult.Deleted();
    }

    /** Removes the triggers of the chain that still wait, and returns their jobs. */
    private List<Long> removePending(Connection connection, Chain chain) throws SQLException {
        Set<OneShotKey> keys =
                chain.pending().stream().map(ChainMember::triggerKey).collect(Collectors.toSet());
        return keys.isEmpty()
                ? List.of()
                : oneShots.remove(connection, keys).stream()
                        .map(key -> Triggers.idOf(key))
                        .toList();
    }

    /** Keeps the queue from being deleted while a job is added to it; false when it is gone. */
    private boolean holdQueue(Connection connection, Chain chain) throws SQLException {
        Map<Long, String> existing = new HashMap<>();
        queues.holdExisting(Set.of(chain.original().queueId()), existing::putAll)
                .execute(connection);
        return !existing.isEmpty();
    }

    private void count(Connection connection, Chain chain, CountChange change) throws SQLException {
        counts.addition(Map.of(chain.original().queueId(), change)).execute(connection);
    }

    private interface Steering {
        SteeringResult in(Connection connection) throws SQLException;
    }

    /** What was not allowed leaves everything as it was, and is not told of. */
    private SteeringResult inTransaction(long teamId, long jobId, Actor actor, Steering steering) throws SQLException {
        return OnConflict.repeat(() -> database.inTransaction(handle -> {
            SteeringResult result = steering.in(handle.getConnection());
            if (result instanceof SteeringResult.NotAllowed || result instanceof SteeringResult.NoSuchJob) {
                handle.getConnection().rollback();
            }
            audit.write(handle, JobAudit.entries(teamId, jobId, actor, result));
            return result;
        }));
    }
}
