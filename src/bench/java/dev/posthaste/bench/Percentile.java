package dev.posthaste.bench;

import java.util.List;

/** Percentiles of sorted samples, by the nearest rank. */
final class Percentile {
    private Percentile() {}

    static double of(List<Double> sorted, double percent) {
        int rank = (int) Math.ceil(percent / 100 * sorted.size());
        return sorted.get(Math.max(0, rank - 1));
    }
}
