package dev.posthaste.prometheus;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.http.HttpServlet;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The page of one node. Whatever is registered is asked for when the page is read, and so must answer from memory: a page
 * that asks a database hangs when it does, and with it all that is known of the node. Thread-safe.
 */
public final class PrometheusPage {
    private final PrometheusRegistry registry = new PrometheusRegistry();

    /** With what the process itself tells: heap, collections, threads, processor time, open files. */
    public PrometheusPage() {
        JvmMemoryMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        ProcessMetrics.builder().register(registry);
    }

    /** What answers with it. */
    public HttpServlet servlet() {
        return new TextPage(registry);
    }

    /** Something that goes up and down. */
    public void gauge(String name, String help, Supplier<? extends Number> value) {
        gaugeIfKnown(name, help, () -> Optional.of(value.get()));
    }

    /** The same, that is not on the page while it is not known. */
    public void gaugeIfKnown(String name, String help, Supplier<? extends Optional<? extends Number>> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(page -> value.get().ifPresent(known -> page.call(known.doubleValue())))
                .register(registry);
    }

    /** Several of a kind, by a label; each is there while the map has it. */
    public void gauges(
            String name, String help, String label, Supplier<? extends Map<String, ? extends Number>> values) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(page -> values.get().forEach((key, value) -> page.call(value.doubleValue(), key)))
                .register(registry);
    }

    /** Something that never falls while the process lives; its name ends with {@code _total}. */
    public void counter(String name, String help, Supplier<? extends Number> value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(page -> page.call(value.get().doubleValue()))
                .register(registry);
    }

    /** Several of a kind, by a label. */
    public void counters(
            String name, String help, String label, Supplier<? extends Map<String, ? extends Number>> values) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .callback(page -> values.get().forEach((key, value) -> page.call(value.doubleValue(), key)))
                .register(registry);
    }

    Counter counted(String name, String help, String label) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .withoutExemplars()
                .register(registry);
    }

    /** @param bounds the buckets' upper ones, without the infinite one */
    Histogram histogram(String name, String help, String label, Collection<Double> bounds) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .classicOnly()
                .classicUpperBounds(
                        bounds.stream().mapToDouble(Double::doubleValue).toArray())
                .withoutExemplars()
                .register(registry);
    }
}
