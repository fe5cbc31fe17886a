package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A cron of every minute fires once at each; a minute is passed over only where nothing could fire for nearly all of it, and
 * then what was missed is one fire, the last.
 */
final class CronsFireOnce implements Rule {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** A fault is written down before it is done and after it is over, and a pause takes a moment. */
    private static final Duration SHORTLY = Duration.ofSeconds(5);

    /** A node fires crons before it takes calls, from when on it is seen to be back. */
    private static final Duration STARTING = Duration.ofSeconds(15);

    @Override
    public String name() {
        return "crons fire once";
    }

    @Override
    public void check(Evidence evidence, Consumer<String> breaches) {
        for (CronRow cron : evidence.history().end().crons()) {
            check(evidence, cron, breaches);
        }
    }

    private static void check(Evidence evidence, CronRow cron, Consumer<String> breaches) {
        Map<Instant, List<JobRow>> fires = new HashMap<>();
        evidence.history().end().jobs().stream()
                .filter(job -> job.cronId() != null && job.cronId() == cron.id())
                .filter(job -> job.attempt() == 1 && job.isScheduled())
                .forEach(job -> fires.merge(job.due(), List.of(job), CronsFireOnce::both));
        fires.forEach((due, executions) -> {
            if (executions.size() > 1) {
                breaches.accept("Cron " + cron.id() + " fired more than once at " + due + ": " + executions);
            }
            if (!due.equals(due.truncatedTo(ChronoUnit.MINUTES))
                    || due.isBefore(cron.asked())
                    || due.isAfter(cron.paused().plus(SHORTLY))) {
                breaches.accept("Cron " + cron.id() + " fired at " + due);
            }
            if (wasMissedWithTheNext(evidence, due)) {
                breaches.accept(
                        "Cron " + cron.id() + " made up for " + due + ", of which only the last was to be made up");
            }
        });
        Instant minute = cron.made().truncatedTo(ChronoUnit.MINUTES).plus(MINUTE);
        for (; minute.isBefore(cron.paused()); minute = minute.plus(MINUTE)) {
            if (!fires.containsKey(minute) && !mayBeMissed(evidence, cron, minute)) {
                breaches.accept("Cron " + cron.id() + " did not fire at " + minute);
            }
        }
    }

    /** When somebody was there again the next minute had come as well. */
    private static boolean wasMissedWithTheNext(Evidence evidence, Instant minute) {
        return evidence.windows().nobodyThere().intervals().stream()
                .anyMatch(away -> away.from().isBefore(minute.minus(SHORTLY))
                        && away.until().isAfter(minute.plus(MINUTE).plus(STARTING)));
    }

    /** No node was well until the next minute came, or the cron was paused, but for the time of one take-over. */
    private static boolean mayBeMissed(Evidence evidence, CronRow cron, Instant minute) {
        Instant next = minute.plus(MINUTE);
        Instant until = next.isBefore(cron.paused()) ? next : cron.paused();
        Duration free = Duration.between(minute, until)
                .minus(evidence.windows().everywhere().within(minute, until));
        Allowances allowances = evidence.allowances();
        return free.compareTo(allowances.late().plus(allowances.silence())) <= 0;
    }

    private static List<JobRow> both(List<JobRow> one, List<JobRow> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
