package dev.posthaste.steering;

import dev.posthaste.jobs.ChainMember;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.DueJobDao;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.jobs.ReservedIds;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.jobs.Weight;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.BoundStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Changes a pending job whose trigger the caller's transaction holds. Requests are never changed: the job gets another
 * one, and earlier attempts of its chain keep theirs. Thread-safe: holds no state.
 */
public final class ChangeJob {
    private final DueJobDao dueJobs;
    private final JobDao jobs;
    private final RequestDao requests;
    private final OneShots oneShots;

    /** The DAOs write through the caller's connection. */
    public ChangeJob(DueJobDao dueJobs, JobDao jobs, RequestDao requests, OneShots oneShots) {
        this.dueJobs = dueJobs;
        this.jobs = jobs;
        this.requests = requests;
        this.oneShots = oneShots;
    }

    /** The job's trigger as it is now is to be announced after the commit. */
    SteeringResult apply(Connection connection, ChainMember member, JobChange change) throws SQLException {
        DueJob job = dueJobs.load(connection, Set.of(member.id())).get(member.id());
        if (job == null) {
            throw new IllegalStateException("job " + member.id() + " has a waiting trigger and is not pending");
        }
        if (change.takesWhatIsHiddenElsewhere(job)) {
            return new SteeringResult.NotAllowed(
                    "The job has headers or a body that are not shown. To send it to another"
                            + " host, give them again with the url.");
        }
        ReservedIds reserved = jobs.reserve(connection, 0, 1);
        Instant due = change.schedule() == null
                ? job.scheduledAt()
                : change.schedule().dueFrom(reserved.now());
        int priority = change.priority() == null ? job.priority() : change.priority();
        TargetRequest changed = change.appliedTo(job.request());
        long requestId =
                replaceRequest(connection, job, changed, reserved.requestIds().get(0));
        jobs.change(connection, job.id(), requestId, due, priority);
        OneShot trigger = Triggers.ofJob(job.queueId(), job.id(), due, priority, Weight.of(changed));
        oneShots.reschedule(connection, trigger);
        return new SteeringResult.Changed(trigger, change.fields(job));
    }

    private long replaceRequest(Connection connection, DueJob job, TargetRequest changed, long newId)
            throws SQLException {
        if (changed.equals(job.request())) {
            return job.requestId();
        }
        BoundStatement.executeAll(connection, requests.insertions(List.of(new RequestDao.Numbered(newId, changed))));
        if (!job.isRetry()) {
            requests.delete(connection, job.requestId());
        }
        return newId;
    }
}
