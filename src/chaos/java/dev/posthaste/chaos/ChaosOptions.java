package dev.posthaste.chaos;

import java.time.Duration;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param length for which is pushed
 * @param seed of the faults and of what is pushed
 * @param rate jobs a second
 */
record ChaosOptions(Duration length, long seed, int rate, Allowances allowances) {
    private static final String USAGE = "Usage: chaos [--minutes N] [--seed N] [--rate N] [--take-over SECONDS]"
            + " [--late SECONDS]; minutes and seconds may have a fraction.";

    /** Ten minutes, thirty jobs a second, a seed of its own each time. */
    static ChaosOptions parse(List<String> arguments, long otherwiseSeed) {
        ChaosOptions options = new ChaosOptions(Duration.ofMinutes(10), otherwiseSeed, 30, Allowances.DEFAULT);
        if (arguments.size() % 2 != 0) {
            throw new IllegalArgumentException(USAGE);
        }
        for (int i = 0; i < arguments.size(); i += 2) {
            options = options.with(arguments.get(i), arguments.get(i + 1));
        }
        if (options.rate < 1 || options.length.toSeconds() < 20) {
            throw new IllegalArgumentException("One job a second at least, for a third of a minute. " + USAGE);
        }
        return options;
    }

    private ChaosOptions with(String name, String value) {
        try {
            return switch (name) {
                case "--minutes" -> new ChaosOptions(seconds(60 * Double.parseDouble(value)), seed, rate, allowances);
                case "--seed" -> new ChaosOptions(length, Long.parseLong(value), rate, allowances);
                case "--rate" -> new ChaosOptions(length, seed, Integer.parseInt(value), allowances);
                case "--take-over" ->
                    new ChaosOptions(length, seed, rate, allowances.withTakeOver(seconds(Double.parseDouble(value))));
                case "--late" ->
                    new ChaosOptions(length, seed, rate, allowances.withLate(seconds(Double.parseDouble(value))));
                default -> throw new IllegalArgumentException(USAGE);
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(USAGE, e);
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }
}
