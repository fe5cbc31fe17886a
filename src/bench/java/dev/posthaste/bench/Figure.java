package dev.posthaste.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was measured of one contestant.
 *
 * @param who the contestant, with the settings that matter
 * @param unit of each sample
 * @param samples one for each round, in the order of the rounds
 */
record Figure(String who, String unit, List<Double> samples) {
    Figure {
        samples = List.copyOf(samples);
    }

    double median() {
        List<Double> sorted = samples.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /**
     * How many times the other's this is: the median of the rounds' ratios, which a machine that is slower in one round
     * than in another does not move.
     */
    double times(Figure other) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < samples.size(); round++) {
            ratios.add(samples.get(round) / other.samples().get(round));
        }
        return new Figure(who, "", ratios).median();
    }

    /** The distance from the lowest to the highest sample, as a share of the median. */
    double spread() {
        double min = samples.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        double max = samples.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        return median() == 0 ? 0 : (max - min) / median();
    }

    @Override
    public String toString() {
        String spread = samples.size() > 1 ? String.format(Locale.ROOT, " ± %.0f %%", spread() * 50) : "";
        return number(median()) + " " + unit + spread;
    }

    /** A number as a reader wants it: more digits for small ones. */
    static String number(double value) {
        if (Math.abs(value) >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
    }
}
