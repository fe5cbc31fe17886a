package dev.posthaste.prometheus;

import io.prometheus.metrics.core.metrics.Histogram;
import java.util.List;

/** How much goes to the database at once, and how long that takes. Thread-safe. */
public final class BatchMetrics {
    private static final double NANOS = 1e9;
    private static final List<Double> SIZES = List.of(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0);
    private static final List<Double> SECONDS =
            List.of(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0);

    private final Histogram size;
    private final Histogram seconds;

    /** Puts them on the page. */
    public BatchMetrics(PrometheusPage page) {
        size = page.histogram(
                "posthaste_batch_size", "Jobs or outcomes in one transaction, by kind of transaction", "batch", SIZES);
        seconds = page.histogram(
                "posthaste_transaction_seconds",
                "From the beginning of a transaction to its commit, by kind",
                "batch",
                SECONDS);
    }

    /** Counts one kind of transaction. */
    public interface OfKind {
        /** One was committed. */
        void committed(int entries, long nanos);
    }

    /** That of a name: an ordinary word of ours. */
    public OfKind named(String batch) {
        size.initLabelValues(batch);
        seconds.initLabelValues(batch);
        return (entries, nanos) -> {
            size.labelValues(batch).observe(entries);
            seconds.labelValues(batch).observe(nanos / NANOS);
        };
    }
}
