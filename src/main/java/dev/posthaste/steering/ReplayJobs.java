package dev.posthaste.steering;

import dev.posthaste.intake.AcceptedJob;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.PendingJob;
import dev.posthaste.jobs.ReplayDao;
import dev.posthaste.jobs.ReservedIds;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.CountChange;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.Tally;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends finished jobs' requests again, as new jobs that are due at once; set-based, in the caller's transaction, which has
 * locked what is replayed and holds the queues. Thread-safe: holds no state.
 */
public final class ReplayJobs {
    /**
     * What is sent again.
     *
     * @param jobId by which the replay is known: of a dead letter that of its original
     * @param requestId the request that is sent
     * @param wasDeadLetter whether it leaves the dead letters
     */
    public record Source(long jobId, long queueId, long requestId, int priority, boolean wasDeadLetter) {}

    private final JobDao jobs;
    private final ReplayDao replays;
    private final OneShots oneShots;
    private final QueueCountDao counts;
    private final LongAdder made = new LongAdder();

    /** The DAOs write through the caller's connection. */
    public ReplayJobs(JobDao jobs, ReplayDao replays, OneShots oneShots, QueueCountDao counts) {
        this.jobs = jobs;
        this.replays = replays;
        this.oneShots = oneShots;
        this.counts = counts;
    }

    /** So many are committed. */
    void made(long jobs) {
        made.add(jobs);
    }

    /** How many jobs were pushed again. */
    public long made() {
        return made.sum();
    }

    /** The new jobs, in the order of the sources; their triggers are to be announced after the commit. */
    public List<SteeringResult.Replayed> replay(Connection connection, long teamId, List<Source> sources)
            throws SQLException {
        ReservedIds reserved = jobs.reserve(connection, sources.size(), sources.size());
        List<ReplayDao.Replay> marks = new ArrayList<>(sources.size());
        for (int i = 0; i < sources.size(); i++) {
            Source source = sources.get(i);
            marks.add(new ReplayDao.Replay(
                    source.jobId(),
                    source.requestId(),
                    reserved.jobIds().get(i),
                    reserved.requestIds().get(i)));
        }
        Map<Long, Integer> weights = replays.copyRequests(connection, marks);
        List<PendingJob> pending = new ArrayList<>(sources.size());
        List<OneShot> triggers = new ArrayList<>(sources.size());
        List<SteeringResult.Replayed> replayed = new ArrayList<>(sources.size());
        Map<Long, CountChange> changes = new HashMap<>();
        for (int i = 0; i < sources.size(); i++) {
            Source source = sources.get(i);
            long id = reserved.jobIds().get(i);
            long requestId = reserved.requestIds().get(i);
            OneShot trigger = Triggers.ofJob(
                    source.queueId(), id, reserved.now(), source.priority(), weights.getOrDefault(requestId, 0));
            pending.add(new PendingJob(
                    id, teamId, source.queueId(), requestId, id, 1, source.priority(), reserved.now(), reserved.now()));
            triggers.add(trigger);
            changes.merge(
                    source.queueId(),
                    new CountChange(1, 0, 0, source.wasDeadLetter() ? -1 : 0).and(Tally.accepted(1)),
                    CountChange::and);
            replayed.add(new SteeringResult.Replayed(new AcceptedJob(id, source.queueId(), reserved.now()), trigger));
        }
        jobs.insertion(pending).execute(connection);
        replays.mark(connection, marks);
        oneShots.store(connection, triggers);
        counts.addition(changes).execute(connection);
        return replayed;
    }
}
