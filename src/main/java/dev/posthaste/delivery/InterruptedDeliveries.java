package dev.posthaste.delivery;

import dev.posthaste.delivery.Outcome.EndedAttempt;
import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.DueJobDao;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.Run;
import dev.posthaste.jobs.RunDao;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.lifecycle.Interruptions;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.stats.Statistics;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Records, in the recovering transaction, that requests were in flight on a node that died. The jobs are sent again,
 * unless that happened too often. Thread-safe: holds no state.
 */
final class InterruptedDeliveries {
    /** What a node had in flight is recovered in pieces: dead nodes had as much memory as this one has, each of them. */
    private static final int AT_ONCE = 100;

    private final DueJobDao dueJobs;
    private final JobDao jobs;
    private final RunDao runs;
    private final AttemptRecorder attempts;
    private final RequestComposer composer;
    private final EndedAttempts endedAttempts;
    private final AlertCounts alertCounts;
    private final Statistics statistics;

    InterruptedDeliveries(
            DueJobDao dueJobs,
            JobDao jobs,
            RunDao runs,
            AttemptRecorder attempts,
            RequestComposer composer,
            EndedAttempts endedAttempts,
            AlertCounts alertCounts,
            Statistics statistics) {
        this.dueJobs = dueJobs;
        this.jobs = jobs;
        this.runs = runs;
        this.attempts = attempts;
        this.composer = composer;
        this.endedAttempts = endedAttempts;
        this.alertCounts = alertCounts;
        this.statistics = statistics;
    }

    /** Returns the triggers that are over: their jobs are settled, or have just failed. */
    Set<OneShotKey> record(Connection connection, Collection<ClaimedOneShot> abandoned) throws SQLException {
        Set<OneShotKey> over = new HashSet<>();
        List<EndedAttempt> failed = new ArrayList<>();
        List<ClaimedOneShot> all = List.copyOf(abandoned);
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            recordSome(connection, all.subList(from, Math.min(all.size(), from + AT_ONCE)), over, failed);
        }
        // Together, because the counts of queues are changed in one order.
        AttemptRecorder.Records records = attempts.prepare(connection, failed);
        BoundStatement.executeAll(connection, records.statements());
        // Before the commit, and again should the recovery be repeated: who recovers knows no hook behind it.
        alertCounts.crossed(records.crossings());
        statistics.ended(records.attempts().stream().map(EndedAttempt::counted).toList());
        return over;
    }

    private void recordSome(
            Connection connection, List<ClaimedOneShot> abandoned, Set<OneShotKey> over, List<EndedAttempt> failed)
            throws SQLException {
        List<Long> ids = abandoned.stream().map(InterruptedDeliveries::jobId).toList();
        Map<Long, DueJob> pending = dueJobs.loadWithoutBodies(connection, ids);
        List<Long> interrupted = pending.values().stream()
                .filter(DueJob::mayHaveLeft)
                .map(DueJob::id)
                .toList();
        Map<Long, Integer> counts = jobs.countInterruptions(connection, interrupted);
        List<Run> again = new ArrayList<>();
        for (ClaimedOneShot shot : abandoned) {
            DueJob job = pending.get(jobId(shot));
            if (job == null) {
                over.add(shot.key());
                continue;
            }
            if (!job.mayHaveLeft()) {
                // It was claimed and not begun: it waits again, as if nothing had been.
                continue;
            }
            Run run = EndedAttempts.interruptedRun(job, composer.headers(job), shot.firedAt());
            if (Interruptions.isTooMany(counts.getOrDefault(job.id(), 1))) {
                failed.add(endedAttempts.ofInterruption(shot, job, run));
                over.add(shot.key());
            } else {
                again.add(run);
            }
        }
        BoundStatement.executeAll(connection, runs.insertions(again));
    }

    private static long jobId(ClaimedOneShot shot) {
        return Triggers.idOf(shot.key());
    }
}
