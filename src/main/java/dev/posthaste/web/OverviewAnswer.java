package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.jobs.FailedJob;
import dev.posthaste.overview.NodeGlance;
import dev.posthaste.overview.Overview;
import dev.posthaste.overview.Rates;
import dev.posthaste.redaction.Masks;
import dev.posthaste.stats.Times;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How a team's jobs stand, as clients see it. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record OverviewAnswer(
        String at,
        double acceptedPerSecond,
        double deliveredPerSecond,
        double failedPerSecond,
        Percentiles latenessMs,
        Percentiles durationMs,
        long inFlight,
        long pending,
        long overdue,
        double oldestOverdueSeconds,
        List<Node> nodes,
        List<Failure> lastFailures,
        List<OfQueue> queues) {
    private static final double PER_MINUTE = 60;

    static OverviewAnswer of(Overview overview, Masks masks) {
        Rates rates = overview.rates();
        return new OverviewAnswer(
                ContractTime.millis(overview.at()),
                hundredths(rates.accepted()),
                hundredths(rates.delivered()),
                hundredths(rates.failed()),
                Percentiles.of(overview.spent().lateness()),
                Percentiles.of(overview.spent().duration()),
                overview.inFlight(),
                overview.pending(),
                overview.waiting().overdue(),
                hundredths(overview.waiting().seconds()),
                overview.nodes().stream().map(Node::of).toList(),
                overview.failures().stream()
                        .map(failure -> Failure.of(failure, masks))
                        .toList(),
                overview.queues().stream().map(OfQueue::of).toList());
    }

    private static double hundredths(double value) {
        return Math.round(value * 100) / 100.0;
    }

    /** Null where there was nothing. */
    record Percentiles(@Nullable Long p50, @Nullable Long p99) {
        private static Percentiles of(Times times) {
            return new Percentiles(orNull(times.percentile(50)), orNull(times.percentile(99)));
        }

        private static @Nullable Long orNull(OptionalLong value) {
            return value.isPresent() ? (Long) value.getAsLong() : null;
        }
    }

    /** A node of the cluster. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Node(
            String name,
            String state,
            @Nullable String since,
            @Nullable String leaseExpiresAt,
            @Nullable String version) {
        private static Node of(NodeGlance node) {
            return new Node(
                    node.name(),
                    node.state().contractName(),
                    ContractTime.secondsOrNull(node.since()),
                    ContractTime.millisOrNull(node.leaseUntil()),
                    node.version());
        }
    }

    /** An attempt that failed. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Failure(
            long jobId,
            String queue,
            String url,
            String at,
            String failureReason,
            @Nullable String errorMessage,
            @Nullable Integer responseStatus,
            List<String> tags) {
        private static Failure of(FailedJob job, Masks masks) {
            return new Failure(
                    job.id(),
                    job.queue(),
                    job.url(),
                    ContractTime.millis(job.at()),
                    job.reason().contractName(),
                    job.shownMessage(masks),
                    job.responseStatus(),
                    job.tags());
        }
    }

    /** A queue among others. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record OfQueue(
            long id,
            String name,
            @JsonProperty("is_active") boolean isActive,
            long pending,
            long processing,
            long overdue,
            double acceptedPerMinute,
            double deliveredPerMinute,
            double failedPerMinute,
            long deadLettered,
            List<Long> sparkline) {
        private static OfQueue of(Overview.OfQueue one) {
            return new OfQueue(
                    one.queue().id(),
                    one.queue().name(),
                    one.queue().isActive(),
                    one.queue().pending(),
                    one.queue().processing(),
                    one.overdue(),
                    hundredths(one.rates().accepted() * PER_MINUTE),
                    hundredths(one.rates().delivered() * PER_MINUTE),
                    hundredths(one.rates().failed() * PER_MINUTE),
                    one.queue().deadLettered(),
                    one.delivered());
        }
    }
}
