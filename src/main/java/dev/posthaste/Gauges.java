package dev.posthaste;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.posthaste.delivery.AlertCounts;

/** What an operator watches, on the admin port under {@code /metrics}. */
final class Gauges {
    private Gauges() {}

    static void register(MetricRegistry metrics, Node node) {
        Gauge<Integer> inFlight = node.scheduler()::inFlight;
        Gauge<Long> lost = node.scheduler()::lost;
        Gauge<Long> takeOvers = node.scheduler()::takeOvers;
        Gauge<Long> pings = node.recurring().pings()::taken;
        Gauge<Long> mendedCrons = node.recurring().repair()::mended;
        Gauge<Long> missedPings = node::missedPings;
        Gauge<Integer> outcomesWaiting = node::outcomesWaiting;
        Gauge<Integer> submissionsWaiting = node::submissionsWaiting;
        metrics.gauge("posthaste.deliveries.inFlight", () -> inFlight);
        metrics.gauge("posthaste.deliveries.lost", () -> lost);
        metrics.gauge("posthaste.nodes.takenOver", () -> takeOvers);
        metrics.gauge("posthaste.crons.mended", () -> mendedCrons);
        metrics.gauge("posthaste.pings.taken", () -> pings);
        metrics.gauge("posthaste.pings.missed", () -> missedPings);
        metrics.gauge("posthaste.completion.waiting", () -> outcomesWaiting);
        metrics.gauge("posthaste.intake.waiting", () -> submissionsWaiting);
        Gauge<Long> jobs = () -> node.verification().total().jobs();
        Gauge<Long> callbacks = () -> node.verification().total().callbacks();
        Gauge<Long> triggers = () -> node.verification().total().triggers();
        Gauge<Long> gates =
                () -> node.verification().total().gates() + node.scheduler().gatesMended();
        Gauge<Long> counts = () -> node.verification().total().counts();
        Gauge<Long> claims = () -> node.verification().total().claims();
        metrics.gauge("posthaste.repairs.jobs", () -> jobs);
        metrics.gauge("posthaste.repairs.callbacks", () -> callbacks);
        metrics.gauge("posthaste.repairs.triggers", () -> triggers);
        metrics.gauge("posthaste.repairs.gates", () -> gates);
        metrics.gauge("posthaste.repairs.counts", () -> counts);
        metrics.gauge("posthaste.repairs.claims", () -> claims);
        AlertCounts alerts = node.alertCounts();
        Gauge<Long> crossings = alerts::crossings;
        Gauge<Long> delivered = alerts::delivered;
        Gauge<Long> failed = alerts::failedTries;
        metrics.gauge("posthaste.alerts.counted", () -> crossings);
        metrics.gauge("posthaste.alerts.messagesDelivered", () -> delivered);
        metrics.gauge("posthaste.alerts.triesFailed", () -> failed);
    }
}
