package dev.posthaste.prometheus;

import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.queues.Tally;
import dev.posthaste.stats.Attempt;
import dev.posthaste.stats.StatsListener;
import dev.posthaste.stats.Times;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What this node's attempts have come to, since its start. Thread-safe. */
public final class AttemptMetrics implements StatsListener {
    private static final int MAX_QUEUES = 50;
    private static final double MS = 1_000;
    private static final String SUCCESS = "success";
    private static final List<FinalStatus> ENDS = List.of(
            FinalStatus.SUCCESS, FinalStatus.FAILED_NO_RETRIES, FinalStatus.DEAD_LETTERED, FinalStatus.CANCELLED);

    private final QueueLabels labels = new QueueLabels(MAX_QUEUES);
    private final Counter attempts;
    private final Counter finished;
    private final Histogram lateness;
    private final Histogram duration;

    /** Puts them on the page, each outcome with zero: a rate begins with the first that fails. */
    public AttemptMetrics(PrometheusPage page) {
        List<Double> bounds = Times.boundsMs().stream().map(ms -> ms / MS).toList();
        attempts = page.counted(
                "posthaste_attempts_total",
                "Attempts that have ended, by how: success or the failure's reason",
                "outcome");
        finished = page.counted(
                "posthaste_chains_finished_total",
                "Chains that have ended, by how; jobs that were cancelled are counted by the node that notices, for all nodes",
                "state");
        lateness = page.histogram(
                "posthaste_lateness_seconds",
                "From the due instant to the beginning of the attempt, by queue",
                "queue",
                bounds);
        duration = page.histogram(
                "posthaste_attempt_duration_seconds",
                "From the beginning of an exchange to its end, by queue",
                "queue",
                bounds);
        attempts.initLabelValues(SUCCESS);
        for (FailureReason reason : FailureReason.values()) {
            attempts.initLabelValues(reason.contractName());
        }
        ENDS.forEach(end -> finished.initLabelValues(end.contractName()));
    }

    @Override
    public void ended(Collection<Attempt> ended) {
        for (Attempt attempt : ended) {
            attempts.labelValues(outcome(attempt.failure())).inc();
            if (attempt.chainEnd() != null) {
                finished.labelValues(attempt.chainEnd().contractName()).inc();
            }
            if (attempt.durationMs() != null) {
                String queue = labels.of(attempt.queue());
                lateness.labelValues(queue).observe(attempt.latenessMs() / MS);
                duration.labelValues(queue).observe(attempt.durationMs() / MS);
            }
        }
    }

    private static String outcome(@Nullable FailureReason failure) {
        String name = ContractName.orNull(failure);
        return name == null ? SUCCESS : name;
    }

    @Override
    public void tallied(Tally tally) {
        if (tally.cancelled() > 0) {
            finished.labelValues(FinalStatus.CANCELLED.contractName()).inc(tally.cancelled());
        }
    }
}
