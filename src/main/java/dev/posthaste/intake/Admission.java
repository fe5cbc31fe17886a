package dev.posthaste.intake;

import dev.posthaste.jobs.PendingJob;
import dev.posthaste.jobs.RequestDao;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One submission on its way through the accepting transaction: open until its result is settled. Not thread-safe. */
final class Admission {
    private final ResolvedSubmission resolved;
    private final List<Long> jobIds;
    private final List<Long> requestIds;
    private final Instant acceptedAt;
    private @Nullable IntakeResult result;

    Admission(ResolvedSubmission resolved, List<Long> jobIds, List<Long> requestIds, Instant acceptedAt) {
        this.resolved = resolved;
        this.jobIds = jobIds;
        this.requestIds = requestIds;
        this.acceptedAt = acceptedAt;
    }

    ResolvedSubmission resolved() {
        return resolved;
    }

    Submission submission() {
        return resolved.submission();
    }

    List<Long> queueIds() {
        return resolved.queueIds();
    }

    boolean isOpen() {
        return result == null;
    }

    void settle(IntakeResult settled) {
        result = settled;
    }

    IntakeResult result() {
        return Objects.requireNonNull(result, "a submission without a result");
    }

    /** The acceptance that it gets if nothing speaks against it. */
    IntakeResult.Accepted acceptance() {
        List<AcceptedJob> accepted = new ArrayList<>(jobIds.size());
        for (int i = 0; i < jobIds.size(); i++) {
            accepted.add(new AcceptedJob(jobIds.get(i), queueIds().get(i), dueAt(i)));
        }
        return new IntakeResult.Accepted(accepted, false);
    }

    List<RequestDao.Numbered> requests() {
        List<RequestDao.Numbered> requests = new ArrayList<>(jobIds.size());
        for (int i = 0; i < jobIds.size(); i++) {
            requests.add(new RequestDao.Numbered(requestIds.get(i), pushed(i).request()));
        }
        return requests;
    }

    List<PendingJob> jobs() {
        List<PendingJob> jobs = new ArrayList<>(jobIds.size());
        for (int i = 0; i < jobIds.size(); i++) {
            long id = jobIds.get(i);
            jobs.add(new PendingJob(
                    id,
                    submission().teamId(),
                    queueIds().get(i),
                    requestIds.get(i),
                    id,
                    1,
                    pushed(i).priority(),
                    acceptedAt,
                    dueAt(i)));
        }
        return jobs;
    }

    private Instant dueAt(int index) {
        return pushed(index).schedule().dueFrom(acceptedAt);
    }

    private NewJob pushed(int index) {
        return submission().jobs().get(index);
    }
}
