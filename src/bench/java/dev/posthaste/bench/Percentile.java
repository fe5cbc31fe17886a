package dev.posthaste.bench;

import java.util.List;
import java.util.Locale;

/** Percentiles of sorted samples, by the nearest rank. */
final class Percentile {
    private Percentile() {}

    /** The middle, the tail and the worst of sorted milliseconds. */
    static String summary(List<Double> sorted) {
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms, p99 %.1f ms, worst %.1f ms",
                of(sorted, 50),
                of(sorted, 99),
                of(sorted, 100));
    }

    static double of(List<Double> sorted, double percent) {
        int rank = (int) Math.ceil(percent / 100 * sorted.size());
        return sorted.get(Math.max(0, rank - 1));
    }
}
