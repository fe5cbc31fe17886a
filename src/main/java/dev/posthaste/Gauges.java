package dev.posthaste;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;

/** What an operator watches, on the admin port under {@code /metrics}. */
final class Gauges {
    private Gauges() {}

    static void register(MetricRegistry metrics, Node node) {
        Gauge<Integer> inFlight = node.scheduler()::inFlight;
        Gauge<Long> lost = node.scheduler()::lost;
        Gauge<Long> pings = node.recurring().pings()::taken;
        Gauge<Long> mendedCrons = node.recurring().repair()::mended;
        Gauge<Long> missedPings = node::missedPings;
        Gauge<Integer> outcomesWaiting = node::outcomesWaiting;
        Gauge<Integer> submissionsWaiting = node::submissionsWaiting;
        metrics.gauge("posthaste.deliveries.inFlight", () -> inFlight);
        metrics.gauge("posthaste.deliveries.lost", () -> lost);
        metrics.gauge("posthaste.crons.mended", () -> mendedCrons);
        metrics.gauge("posthaste.pings.taken", () -> pings);
        metrics.gauge("posthaste.pings.missed", () -> missedPings);
        metrics.gauge("posthaste.completion.waiting", () -> outcomesWaiting);
        metrics.gauge("posthaste.intake.waiting", () -> submissionsWaiting);
    }
}
