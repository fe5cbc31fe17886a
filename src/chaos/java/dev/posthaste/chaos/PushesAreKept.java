package dev.posthaste.chaos;

import static java.util.stream.Collectors.groupingBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What was accepted is there, under the ids of the answer in their order, and due as was asked. What was refused is not there.
 * What nobody knows of is there as a whole or not at all, and once.
 */
final class PushesAreKept implements Rule {
    /** How exact a due instant is seen from outside: the database keeps milliseconds, and clocks are read one by one. */
    private static final Duration EXACT = Duration.ofMillis(100);

    @Override
    public String name() {
        return "pushes are kept";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        History history = evidence.history();
        Map<Long, List<JobRow>> pushed = history.end().jobs().stream()
                .filter(job -> job.cronId() == null && job.attempt() == 1)
                .collect(groupingBy(job -> job.target().push()));
        for (Push push : history.pushes()) {
            List<JobRow> there = pushed.getOrDefault(push.number(), List.of());
            switch (push.verdict()) {
                case ACCEPTED -> accepted(push, there, breaches);
                case REFUSED -> {
                    if (!there.isEmpty()) {
                        breaches.accept(push + " was refused, and there is " + there);
                    }
                }
                case UNKNOWN -> {
                    if (!there.isEmpty() && (there.size() != push.jobs() || places(there) != push.jobs())) {
                        breaches.accept(push + " is there in part: " + there);
                    }
                }
            }
        }
        keys(history, breaches);
    }

    private static void accepted(Push push, List<JobRow> there, Consumer<String> breaches) {
        boolean isEachInItsPlace = there.stream()
                .allMatch(job -> job.target().place() < push.ids().size()
                        && push.ids().get(job.target().place()) == job.id());
        if (there.size() != push.jobs() || places(there) != push.jobs() || !isEachInItsPlace) {
            breaches.accept(push + " was accepted, and there is " + there);
        }
        Instant earliest = push.sent().plus(push.delay()).minus(EXACT);
        Instant latest = push.answered().plus(push.delay()).plus(EXACT);
        for (JobRow job : there) {
            if (job.due().isBefore(earliest) || job.due().isAfter(latest)) {
                breaches.accept(job + " should be due between " + earliest + " and " + latest);
            }
        }
    }

    private static long places(List<JobRow> there) {
        return there.stream().mapToInt(job -> job.target().place()).distinct().count();
    }

    private static void keys(History history, Consumer<String> breaches) {
        long least = keyed(history, Push.Verdict.ACCEPTED);
        long most = least + keyed(history, Push.Verdict.UNKNOWN);
        if (history.end().keys() < least || history.end().keys() > most) {
            breaches.accept("There are " + history.end().keys() + " idempotency keys in place of " + least + " to "
                    + most + ".");
        }
    }

    private static long keyed(History history, Push.Verdict verdict) {
        return history.pushes().stream()
                .filter(push -> push.key() != null && push.verdict() == verdict)
                .count();
    }
}
