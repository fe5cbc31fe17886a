package dev.posthaste.bench;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the command line asks for.
 *
 * @param only names of the measures to run; empty means all that need not be named
 * @param isQuick a tenth of the load and one round: to see that everything runs, not to quote
 */
record BenchOptions(Set<String> only, boolean isQuick) {
    /** Reads {@code --quick} and {@code --only NAME[,NAME]}; names are checked against those known. */
    static BenchOptions parse(List<String> arguments, Set<String> known) {
        Set<String> only = new TreeSet<>();
        boolean isQuick = false;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--quick")) {
                isQuick = true;
            } else if (argument.equals("--only") && i + 1 < arguments.size()) {
                i++;
                only.addAll(List.of(arguments.get(i).split(",")));
            } else {
                throw new IllegalArgumentException(
                        "Usage: bench [--quick] [--only NAME[,NAME]]; the names are " + String.join(", ", known));
            }
        }
        if (!known.containsAll(only)) {
            throw new IllegalArgumentException("The names are " + String.join(", ", known));
        }
        return new BenchOptions(Set.copyOf(only), isQuick);
    }

    boolean wants(Measure measure) {
        return only.isEmpty() ? !measure.runsOnlyWhenNamed() : only.contains(measure.name());
    }

    /** How often each contestant runs; its median counts. */
    int rounds() {
        return isQuick ? 1 : 3;
    }

    /** A load, or a tenth of it when quick. */
    int scaled(int load) {
        return isQuick ? Math.max(1, load / 10) : load;
    }
}
