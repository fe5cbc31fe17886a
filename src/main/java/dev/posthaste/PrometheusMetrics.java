package dev.posthaste;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import dev.posthaste.ops.StandingReadings;
import dev.posthaste.postgres.ConnectionPools;
import dev.posthaste.prometheus.BatchMetrics;
import dev.posthaste.prometheus.PrometheusPage;
import dev.posthaste.sql.ThreadEndedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What stands on the page for Prometheus, and where it is from. */
final class PrometheusMetrics {
    private static final String REPAIRS = "posthaste.repairs.";

    private final PrometheusPage page;
    private final MetricRegistry metrics;

    private PrometheusMetrics(PrometheusPage page, MetricRegistry metrics) {
        this.page = page;
        this.metrics = metrics;
    }

    /**
     * Puts it all on the page.
     *
     * @param replayed how many jobs were pushed again
     */
    static void register(PrometheusPage page, MetricRegistry metrics, Node node, LongSupplier replayed) {
        PrometheusMetrics registration = new PrometheusMetrics(page, metrics);
        registration.ofJobs(node, replayed);
        registration.ofDelivery(node);
        registration.ofTheCluster(node.standing());
        registration.ofTheDatabase(node);
        registration.whereRegistered();
    }

    private void ofJobs(Node node, LongSupplier replayed) {
        page.counters(
                "posthaste_jobs_accepted_total",
                "Jobs and executions that this node has accepted, by where they come from",
                "source",
                () -> Map.of(
                        "push",
                        node.pushed(),
                        "replay",
                        replayed.getAsLong(),
                        "cron",
                        node.recurring().made()));
        page.counters(
                "posthaste_callback_tries_total",
                "Tries of callbacks that have ended, by what became of the callback",
                "outcome",
                node.callbackCounts()::byOutcome);
        page.counter("posthaste_alerts_total", "Crossings that users are told of", node.alertCounts()::crossings);
        page.counter(
                "posthaste_alert_messages_delivered_total",
                "Messages about alerts that were taken",
                node.alertCounts()::delivered);
        page.counter(
                "posthaste_alert_tries_failed_total",
                "Tries of messages about alerts that were not taken",
                node.alertCounts()::failedTries);
        page.counter(
                "posthaste_pings_total",
                "Pings of heartbeats that were taken",
                node.recurring().pings()::taken);
        page.counter("posthaste_pings_missed_total", "Pings of heartbeats that did not come", node::missedPings);
    }

    private static boolean isHeldUp(Node node) {
        try {
            return node.scheduler().isHeldUp();
        } catch (ThreadEndedException e) {
            // Nothing will be written any more.
            return true;
        }
    }

    private void ofDelivery(Node node) {
        page.gauge("posthaste_in_flight", "What this node has begun and not ended", node.scheduler()::inFlight);
        page.gauge("posthaste_outcomes_waiting", "Outcomes that wait to be written", node::outcomesWaiting);
        page.gauge(
                "posthaste_held_up",
                "1 while outcomes cannot be written, and this node claims nothing further, else 0",
                () -> isHeldUp(node) ? 1 : 0);
        page.gauge("posthaste_submissions_waiting", "Calls that wait to be written", node::submissionsWaiting);
        page.gauge(
                "posthaste_member",
                "1 while the cluster counts this node as alive, else 0",
                () -> node.scheduler().isMember() ? 1 : 0);
        page.gaugeIfKnown(
                "posthaste_last_claim_timestamp_seconds",
                "When this node has last claimed something, by its own clock",
                () -> Optional.of(node.scheduler().lastClaim())
                        .filter(ms -> ms > 0)
                        .map(ms -> ms / 1_000.0));
        page.counter(
                "posthaste_firings_lost_total",
                "Claims that found no thread through a fault of ours and were given back; meant to be none",
                node.scheduler()::lost);
    }

    private void ofTheCluster(StandingReadings standing) {
        page.gaugeIfKnown(
                "posthaste_jobs_pending",
                "Jobs in queues that have not ended, those in flight among them; of all nodes",
                standing::pending);
        page.gaugeIfKnown(
                "posthaste_overdue",
                "What is due, waits, and is not in a paused queue; of all nodes, up to 1,000 of each queue and priority",
                standing::overdue);
        page.gaugeIfKnown(
                "posthaste_oldest_overdue_seconds",
                "For how long the first of those has waited, 0 when there is none; of all nodes",
                standing::oldestOverdueSeconds);
        page.gaugeIfKnown("posthaste_cluster_nodes", "Nodes that have checked in", standing::nodes);
    }

    private void ofTheDatabase(Node node) {
        page.gauges(
                "posthaste_pool_active",
                "Connections that are in use, by pool",
                "pool",
                () -> each(node.pools(), ConnectionPools.Use::active));
        page.gauges(
                "posthaste_pool_idle",
                "Open connections that are not in use, by pool",
                "pool",
                () -> each(node.pools(), ConnectionPools.Use::idle));
        page.gauges(
                "posthaste_pool_waiting",
                "Threads that wait for a connection, by pool",
                "pool",
                () -> each(node.pools(), ConnectionPools.Use::waiting));
        BatchMetrics batches = new BatchMetrics(page);
        node.observe(batches.named("intake")::committed, batches.named("outcomes")::committed);
        node.scheduler().observeClaims(batches.named("claim")::committed);
    }

    private static <T> Map<String, Number> each(Map<String, T> all, Function<T, Number> figure) {
        Map<String, Number> values = new LinkedHashMap<>();
        all.forEach((name, one) -> values.put(name, figure.apply(one)));
        return values;
    }

    /** What others count, under the names that they have on the page of Dropwizard's metrics. */
    private void whereRegistered() {
        counterOf("posthaste_take_overs_total", "Nodes that this one has taken for dead", "posthaste.nodes.takenOver");
        page.counters(
                "posthaste_repairs_total",
                "What was found to be wrong in the tables and was mended, by kind; meant to be none",
                "kind",
                this::repairs);
    }

    private void counterOf(String name, String help, String registered) {
        Supplier<Number> value = () -> value(registered).orElse(0);
        page.counter(name, help, value);
    }

    private Optional<Number> value(String registered) {
        Gauge<?> gauge = metrics.getGauges().get(registered);
        return gauge != null && gauge.getValue() instanceof Number value ? Optional.of(value) : Optional.empty();
    }

    private Map<String, Number> repairs() {
        Map<String, Number> values = new LinkedHashMap<>();
        value("posthaste.crons.mended").ifPresent(value -> values.put("cron", value));
        metrics.getGauges((name, any) -> name.startsWith(REPAIRS)).forEach((name, gauge) -> {
            if (gauge.getValue() instanceof Number value) {
                values.put(name.substring(REPAIRS.length()), value);
            }
        });
        return values;
    }
}
