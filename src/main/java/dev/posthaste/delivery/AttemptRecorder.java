package dev.posthaste.delivery;

import dev.posthaste.alerts.Crossings;
import dev.posthaste.alerts.ExecutionEnd;
import dev.posthaste.alerts.JobFailure;
import dev.posthaste.delivery.Outcome.EndedAttempt;
import dev.posthaste.jobs.CallbackDao;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.JobEnd;
import dev.posthaste.jobs.PendingExecution;
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
import dev.posthaste.queues.Tally;
import dev.posthaste.recurring.CronDao;
import dev.posthaste.recurring.CronEnd;
import dev.posthaste.recurring.HeldCron;
import dev.posthaste.sql.BoundStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Records ended attempts and all that follows from them: runs, statuses, next attempts and callbacks with their
 * triggers. Set-based, in the caller's transaction. Thread-safe: holds no state.
 */
final class AttemptRecorder {
    private final JobDao jobs;
    private final ExecutionDao executions;
    private final CronDao crons;
    private final RunDao runs;
    private final CallbackDao callbacks;
    private final QueueCountDao counts;
    private final Crossings crossings;
    private final OneShots oneShots;
    private final DatabaseClock clock;

    AttemptRecorder(
            JobDao jobs,
            ExecutionDao executions,
            CronDao crons,
            RunDao runs,
            CallbackDao callbacks,
            QueueCountDao counts,
            Crossings crossings,
            OneShots oneShots,
            DatabaseClock clock) {
        this.jobs = jobs;
        this.executions = executions;
        this.crons = crons;
        this.runs = runs;
        this.callbacks = callbacks;
        this.counts = counts;
        this.crossings = crossings;
        this.oneShots = oneShots;
        this.clock = clock;
    }

    /**
     * What is left to be written.
     *
     * @param attempts those that are recorded by it
     * @param triggers those that the statements add, to be announced after the commit
     * @param crossings how much users are told of it
     */
    record Records(
            List<EndedAttempt> attempts, List<BoundStatement> statements, List<OneShot> triggers, long crossings) {
        private static final Records NONE = new Records(List.of(), List.of(), List.of(), 0);
    }

    /**
     * Makes ready what records the attempts: the caller executes it, in the same transaction. Of crons that were removed
     * nothing is recorded.
     */
    Records prepare(Connection connection, List<EndedAttempt> ended) throws SQLException {
        Map<Long, HeldCron> held = hold(connection, ended);
        List<EndedAttempt> attempts = withoutRemovedCrons(ended, held.keySet());
        if (attempts.isEmpty()) {
            return Records.NONE;
        }
        List<BoundStatement> statements = new ArrayList<>();
        statements.addAll(
                runs.insertions(attempts.stream().map(EndedAttempt::run).toList()));
        statements.add(
                jobs.ending(attempts.stream().flatMap(AttemptRecorder::ends).toList()));
        List<OneShot> triggers = new ArrayList<>();
        statements.addAll(nextAttempts(connection, attempts, triggers));
        triggers.addAll(insertCallbacks(connection, attempts));
        Crossings.Noted noted = crossings.note(connection, held, executionEnds(attempts), failures(attempts));
        triggers.addAll(noted.messages());
        if (!triggers.isEmpty()) {
            statements.add(oneShots.insertion(triggers));
        }
        Collection<CronEnd> cronEnds = cronEnds(attempts);
        if (!cronEnds.isEmpty()) {
            statements.add(crons.ended(cronEnds));
        }
        // Last, because other transactions may wait for these rows.
        statements.add(counts.addition(countChanges(attempts)));
        return new Records(attempts, statements, triggers, noted.crossings());
    }

    /** Where there are executions among them, their crons are held, so that none is removed before the commit. */
    private Map<Long, HeldCron> hold(Connection connection, List<EndedAttempt> attempts) throws SQLException {
        Set<Long> known = attempts.stream().flatMap(AttemptRecorder::cronId).collect(Collectors.toSet());
        return known.isEmpty() ? Map.of() : crons.hold(connection, known);
    }

    private static List<EndedAttempt> withoutRemovedCrons(List<EndedAttempt> attempts, Set<Long> there) {
        return attempts.stream()
                .filter(attempt -> cronId(attempt).allMatch(there::contains))
                .toList();
    }

    private static Stream<Long> cronId(EndedAttempt attempt) {
        DueJob.OfCron cron = attempt.job().cron();
        return cron == null ? Stream.empty() : Stream.of(cron.id());
    }

    /** By cron, of those whose executions are resolved. */
    private static Collection<CronEnd> cronEnds(List<EndedAttempt> attempts) {
        Map<Long, CronEnd> ends = new TreeMap<>();
        for (EndedAttempt attempt : attempts) {
            FinalStatus end = attempt.consequence().chainStatus();
            if (end != null) {
                cronId(attempt)
                        .map(id -> CronEnd.of(id, end == FinalStatus.SUCCESS, endOf(attempt.run())))
                        .forEach(one -> ends.merge(one.cronId(), one, CronEnd::and));
            }
        }
        return ends.values();
    }

    private static List<ExecutionEnd> executionEnds(List<EndedAttempt> attempts) {
        return attempts.stream()
                .filter(attempt -> attempt.consequence().isFinal())
                .flatMap(attempt -> cronId(attempt)
                        .map(id -> new ExecutionEnd(
                                id, attempt.job().originalJobId(), attempt.run().failureReason())))
                .toList();
    }

    /** Executions are their cron's, whatever queue they wait in. */
    private static List<JobFailure> failures(List<EndedAttempt> attempts) {
        List<JobFailure> failures = new ArrayList<>();
        for (EndedAttempt attempt : attempts) {
            DueJob job = attempt.job();
            FailureReason reason = attempt.run().failureReason();
            if (reason != null && job.cron() == null && job.alertsEnabled()) {
                failures.add(new JobFailure(
                        job.teamId(),
                        job.queueId(),
                        String.valueOf(job.queue()),
                        job.id(),
                        !job.isRetry(),
                        attempt.consequence().isFinal(),
                        reason));
            }
        }
        return failures;
    }

    private static Map<Long, CountChange> countChanges(List<EndedAttempt> attempts) {
        Map<Long, CountChange> changes = new HashMap<>();
        for (EndedAttempt attempt : attempts) {
            if (!attempt.job().awaitsPing()) {
                changes.merge(attempt.job().countedUnder(), countChange(attempt).and(tally(attempt)), CountChange::and);
            }
        }
        return changes;
    }

    private static Tally tally(EndedAttempt attempt) {
        Consequence consequence = attempt.consequence();
        return attempt.run().failureReason() == null
                ? Tally.ofDelivery()
                : Tally.ofFailure(consequence.retryIn() != null, consequence.isDeadLetter());
    }

    /** Of an execution its cron's queue counts only that it waits there no more. */
    private static CountChange countChange(EndedAttempt attempt) {
        Consequence consequence = attempt.consequence();
        return attempt.job().cron() == null || !consequence.isFinal()
                ? countChange(consequence)
                : CountChange.pending(-1);
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

    private List<BoundStatement> nextAttempts(
            Connection connection, List<EndedAttempt> attempts, List<OneShot> triggers) throws SQLException {
        List<EndedAttempt> followed = attempts.stream()
                .filter(attempt -> attempt.consequence().retryIn() != null)
                .toList();
        if (followed.isEmpty()) {
            return List.of();
        }
        List<Long> ids = jobs.reserve(connection, followed.size(), 0).jobIds();
        List<PendingJob> nextJobs = new ArrayList<>(followed.size());
        List<PendingExecution> nextExecutions = new ArrayList<>();
        for (int i = 0; i < followed.size(); i++) {
            EndedAttempt failed = followed.get(i);
            DueJob.OfCron cron = failed.job().cron();
            if (cron == null) {
                PendingJob job = nextAttempt(ids.get(i), failed);
                nextJobs.add(job);
                triggers.add(trigger(job, failed.job().weight()));
            } else {
                PendingExecution execution = nextAttempt(ids.get(i), failed, cron);
                nextExecutions.add(execution);
                triggers.add(execution.oneShot(failed.job().weight()));
            }
        }
        List<BoundStatement> insertions = new ArrayList<>();
        if (!nextJobs.isEmpty()) {
            insertions.add(jobs.insertion(nextJobs));
        }
        if (!nextExecutions.isEmpty()) {
            insertions.add(executions.insertion(nextExecutions));
        }
        return insertions;
    }

    private static OneShot trigger(PendingJob job, int weight) {
        return Triggers.ofJob(job.queueId(), job.id(), job.dueAt(), job.priority(), weight);
    }

    private PendingJob nextAttempt(long id, EndedAttempt failed) {
        DueJob job = failed.job();
        return new PendingJob(
                id,
                job.teamId(),
                job.queueId(),
                job.requestId(),
                job.originalJobId(),
                job.attemptNumber() + 1,
                job.priority(),
                endOf(failed.run()),
                nextDue(failed));
    }

    private PendingExecution nextAttempt(long id, EndedAttempt failed, DueJob.OfCron cron) {
        DueJob job = failed.job();
        return new PendingExecution(
                id,
                cron.id(),
                job.teamId(),
                cron.gateQueueId(),
                job.requestId(),
                job.originalJobId(),
                job.attemptNumber() + 1,
                null,
                null,
                null,
                endOf(failed.run()),
                nextDue(failed));
    }

    private Instant nextDue(EndedAttempt failed) {
        Duration pause = Objects.requireNonNull(failed.consequence().retryIn());
        return endOf(failed.run()).plus(clock.uncertainty()).plus(pause);
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
