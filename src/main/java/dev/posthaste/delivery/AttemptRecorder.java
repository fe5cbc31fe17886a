package dev.posthaste.delivery;

import dev.posthaste.delivery.Outcome.EndedAttempt;
import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.JobEnd;
import dev.posthaste.jobs.PendingJob;
import dev.posthaste.jobs.Run;
import dev.posthaste.jobs.RunDao;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.jobs.Weight;
import dev.posthaste.lifecycle.Consequence;
import dev.posthaste.oneshots.DatabaseClock;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.CountChange;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.sql.BoundStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Records ended attempts and all that follows from them: runs, statuses, next attempts and callbacks with their
 * triggers. Set-based, in the caller's transaction. Thread-safe: holds no state.
 */
final class AttemptRecorder {
    private final JobDao jobs;
    private final RunDao runs;
    private final CallbackDao callbacks;
    private final QueueCountDao counts;
    private final OneShots oneShots;
    private final DatabaseClock clock;

    AttemptRecorder(
            JobDao jobs,
            RunDao runs,
            CallbackDao callbacks,
            QueueCountDao counts,
            OneShots oneShots,
            DatabaseClock clock) {
        this.jobs = jobs;
        this.runs = runs;
        this.callbacks = callbacks;
        this.counts = counts;
        this.oneShots = oneShots;
        this.clock = clock;
    }

    /**
     * What is left to be written.
     *
     * @param triggers those that the statements add, to be announced after the commit
     */
    record Records(List<BoundStatement> statements, List<OneShot> triggers) {
        private static final Records NONE = new Records(List.of(), List.of());
    }

    /** Makes ready what records the attempts: the caller executes it, in the same transaction. */
    Records prepare(Connection connection, List<EndedAttempt> attempts) throws SQLException {
        if (attempts.isEmpty()) {
            return Records.NONE;
        }
        List<BoundStatement> statements = new ArrayList<>();
        statements.addAll(
                runs.insertions(attempts.stream().map(EndedAttempt::run).toList()));
        statements.add(
                jobs.ending(attempts.stream().flatMap(AttemptRecorder::ends).toList()));
        List<OneShot> triggers = new ArrayList<>();
        List<PendingJob> nextAttempts = nextAttempts(connection, attempts, triggers);
        if (!nextAttempts.isEmpty()) {
            statements.add(jobs.insertion(nextAttempts));
        }
        triggers.addAll(insertCallbacks(connection, attempts));
        if (!triggers.isEmpty()) {
            statements.add(oneShots.insertion(triggers));
        }
        // Last, because other transactions may wait for these rows.
        statements.add(counts.addition(countChanges(attempts)));
        return new Records(statements, triggers);
    }

    private static Map<Long, CountChange> countChanges(List<EndedAttempt> attempts) {
        return attempts.stream()
                .collect(Collectors.toMap(
                        attempt -> attempt.job().queueId(),
                        attempt -> countChange(attempt.consequence()),
                        CountChange::and));
    }

    /** A job that waited has ended; either another one waits in its place, or its chain is resolved. */
    private static CountChange countChange(Consequence consequence) {
        FinalStatus end = consequence.chainStatus();
        if (end == null) {
            return CountChange.NONE;
        }
        return switch (end) {
            case SUCCESS -> new CountChange(-1, 1, 0, 0);
            case DEAD_LETTERED -> new CountChange(-1, 0, 0, 1);
            default -> new CountChange(-1, 0, 1, 0);
        };
    }

    /** The attempt's own end and, where a retry resolved the chain, the original's. */
    private static Stream<JobEnd> ends(EndedAttempt attempt) {
        DueJob job = attempt.job();
        Consequence consequence = attempt.consequence();
        Instant at = endOf(attempt.run());
        JobEnd own = new JobEnd(job.id(), consequence.status(), consequence.finalStatus(), at);
        return consequence.chainStatus() == null || !job.isRetry()
                ? Stream.of(own)
                : Stream.of(own, new JobEnd(job.originalJobId(), null, consequence.chainStatus(), at));
    }

    private List<PendingJob> nextAttempts(Connection connection, List<EndedAttempt> attempts, List<OneShot> triggers)
            throws SQLException {
        List<EndedAttempt> followed = attempts.stream()
                .filter(attempt -> attempt.consequence().retryIn() != null)
                .toList();
        if (followed.isEmpty()) {
            return List.of();
        }
        List<Long> ids = jobs.reserve(connection, followed.size(), 0).jobIds();
        List<PendingJob> next = new ArrayList<>(followed.size());
        for (int i = 0; i < followed.size(); i++) {
            PendingJob job = nextAttempt(ids.get(i), followed.get(i));
            next.add(job);
            triggers.add(trigger(job, followed.get(i).job().weight()));
        }
        return next;
    }

    private static OneShot trigger(PendingJob job, int weight) {
        return Triggers.ofJob(job.queueId(), job.id(), job.dueAt(), job.priority(), weight);
    }

    private PendingJob nextAttempt(long id, EndedAttempt failed) {
        DueJob job = failed.job();
        Duration pause = Objects.requireNonNull(failed.consequence().retryIn());
        Instant failedAt = endOf(failed.run());
        return new PendingJob(
                id,
                job.teamId(),
                job.queueId(),
                job.requestId(),
                job.originalJobId(),
                job.attemptNumber() + 1,
                job.priority(),
                failedAt,
                failedAt.plus(clock.uncertainty()).plus(pause));
    }

    private List<OneShot> insertCallbacks(Connection connection, List<EndedAttempt> attempts) throws SQLException {
        List<CallbackDao.New> due =
                attempts.stream().flatMap(AttemptRecorder::callback).toList();
        if (due.isEmpty()) {
            return List.of();
        }
        Map<Long, Long> ids = callbacks.insert(connection, due);
        return due.stream()
                .map(callback -> Triggers.ofCallback(
                        callback.queueId(),
                        Objects.requireNonNull(ids.get(callback.jobId())),
                        callback.at(),
                        Weight.of(callback.body())))
                .toList();
    }

    private static Stream<CallbackDao.New> callback(EndedAttempt attempt) {
        DueJob job = attempt.job();
        String url = job.request().callbackUrl();
        String body = attempt.callbackBody();
        return url == null || body == null
                ? Stream.empty()
                : Stream.of(new CallbackDao.New(job.id(), job.queueId(), url, body, endOf(attempt.run())));
    }

    /** An interrupted run's end was seen by nobody; what follows from it counts from its start. */
    private static Instant endOf(Run run) {
        Instant end = run.executedAt();
        return end == null ? run.startedAt() : end;
    }
}
