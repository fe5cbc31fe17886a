package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Of a queue no more come in any time than its {@code max_per_second} allows for that time, with a tenth of a second's
 * allowance saved up (one at least). What comes in it was let through in it, or before it by {@link Allowances#spread()} and
 * what faults took just then: one that begins within the time holds up nothing from before. Only a crash of the database
 * gives back what had been let through last, for claims are not waited for on the disk.
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
        double saved = Math.max(1, rate * SAVED_SECONDS);
        double givenBack = saved + rate * seconds(evidence.allowances().recording());
        for (int first = 0; first < arrivals.size(); first++) {
            Instant from = arrivals.get(first);
            Instant since =
                    evidence.windows().all().before(from, evidence.allowances().spread());
            for (int last = first + 1; last < arrivals.size(); last++) {
                Instant until = arrivals.get(last);
                if (Duration.between(from, until).compareTo(LONGEST) > 0) {
                    break;
                }
                int came = last - first + 1;
                double allowed = saved + rate * seconds(Duration.between(since, until));
                // Looked for only where it matters: there are many pairs.
                if (came > allowed && came > allowed + givenBack * crashes(evidence, since, until)) {
                    breaches.accept(queue + " has " + came + " from " + from + " to " + until);
                    return;
                }
            }
        }
    }

    private static long crashes(Evidence evidence, Instant since, Instant until) {
        Interval time = new Interval(since, until);
        return evidence.windows().databaseAway().stream().filter(time::meets).count();
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
