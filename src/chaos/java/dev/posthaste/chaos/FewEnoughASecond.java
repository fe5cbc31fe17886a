package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Of a queue no more come in any time than its {@code max_per_second} allows for that time, with a tenth of a second's
 * allowance saved up (one at least). What is let through may come later by {@link Allowances#spread()} and by what faults
 * took meanwhile, and so nearer to what is let through after it.
 */
final class FewEnoughASecond implements Rule {
    private static final double SAVED_SECONDS = 0.1;

    /** Longer times are made of such. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    @Override
    public String name() {
        return "few enough a second";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        for (GateLimit gate : evidence.history().gates()) {
            if (gate.maxPerSecond() != null) {
                check(evidence, gate.queue(), Objects.requireNonNull(gate.maxPerSecond()), breaches);
            }
        }
    }

    private static void check(Evidence evidence, String queue, int rate, Consumer<String> breaches) {
        List<Instant> arrivals = evidence.history().sendings().stream()
                .filter(sending -> sending.isOf(queue))
                .map(Sending::at)
                .sorted()
                .toList();
        Windows faults = evidence.windows().all();
        double saved = Math.max(1, rate * SAVED_SECONDS);
        for (int first = 0; first < arrivals.size(); first++) {
            Instant from = arrivals.get(first);
            Instant since = from.minus(evidence.allowances().spread());
            for (int last = first + 1; last < arrivals.size(); last++) {
                Instant until = arrivals.get(last);
                Duration time = Duration.between(from, until);
                if (time.compareTo(LONGEST) > 0) {
                    break;
                }
                int came = last - first + 1;
                // Looked for only where it matters: there are many pairs.
                if (came
                        > saved + rate * seconds(time.plus(evidence.allowances().spread()))) {
                    Duration excused = faults.within(since, until);
                    if (came
                            > saved
                                    + rate
                                            * seconds(Duration.between(since, until)
                                                    .plus(excused))) {
                        breaches.accept(queue + " has " + came + " from " + from + " to " + until);
                        return;
                    }
                }
            }
        }
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
