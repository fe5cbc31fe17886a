package dev.posthaste.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param only names of the measures to run; empty means all that need not be named
 * @param isQuick a tenth of the load and one round: to see that everything runs, not to quote
 * @param beside the tree of another build, with its jar, to be measured beside this one; null for none
 */
record BenchOptions(
        Set<String> only, boolean isQuick, @Nullable Path beside) {
    /** Reads {@code --quick}, {@code --only NAME[,NAME]} and {@code --beside TREE}; names are checked against those known. */
    static BenchOptions parse(List<String> arguments, Set<String> known) {
        Set<String> only = new TreeSet<>();
        boolean isQuick = false;
        Path beside = null;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--quick")) {
                isQuick = true;
            } else if (argument.equals("--only") && i + 1 < arguments.size()) {
                i++;
                only.addAll(List.of(arguments.get(i).split(",")));
            } else if (argument.equals("--beside") && i + 1 < arguments.size()) {
                i++;
                beside = Path.of(arguments.get(i));
            } else {
                throw new IllegalArgumentException(
                        "Usage: bench [--quick] [--only NAME[,NAME]] [--beside TREE]; the names are "
                                + String.join(", ", known));
            }
        }
        if (!known.containsAll(only)) {
            throw new IllegalArgumentException("The names are " + String.join(", ", known));
        }
        return new BenchOptions(Set.copyOf(only), isQuick, beside);
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
