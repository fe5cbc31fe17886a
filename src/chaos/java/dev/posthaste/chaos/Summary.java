package dev.posthaste.chaos;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a run came to, in lines for a person: counts, how late things were, and how soon they went on after each fault. */
final class Summary {
    private final Evidence evidence;
    private final History history;

    Summary(History history, Allowances allowances) {
        this.evidence = new Evidence(history, allowances);
        this.history = history;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(pushes());
        lines.add(received());
        lines.add("faults: " + counts(history.faults().stream().map(Fault::kind).toList()));
        lines.add(latenesses());
        lines.add(notJudged());
        lines.add(refusals());
        lines.addAll(errors());
        recoveries().forEach((kind, times) -> lines.add("  " + kind + ": " + spread(times)));
        return lines;
    }

    private String pushes() {
        Map<Push.Verdict, Long> verdicts = history.pushes().stream()
                .collect(groupingBy(Push::verdict, () -> new EnumMap<>(Push.Verdict.class), counting()));
        long repeated = history.end().keys();
        return "pushes: " + verdicts + ", " + repeated + " with a key; attempts "
                + history.end().jobs().size()
                + ", executions of crons "
                + history.end().jobs().stream()
                        .filter(job -> job.cronId() != null && job.attempt() == 1)
                        .count();
    }

    private String received() {
        int again = history.sendings().size() - evidence.sendings().size();
        long calledAgain = history.callbacks().stream()
                        .filter(called -> called.status() == 200)
                        .count()
                - history.callbacks().stream()
                        .filter(called -> called.status() == 200)
                        .map(Called::id)
                        .distinct()
                        .count();
        long interrupted =
                history.end().runs().stream().filter(RunRow::isInterrupted).count();
        long unknown = history.sendings().stream()
                .filter(sending -> sending.node() == Received.UNKNOWN_NODE)
                .count();
        return "received: " + history.sendings().size() + " requests, " + again + " of them again (" + interrupted
                + " interrupted runs), and " + history.callbacks().size() + " callbacks, " + calledAgain
                + " again after a 200; " + unknown + " of an unknown node; stood still "
                + Windows.of(history.stalls()).within(Instant.MIN, Instant.MAX).toMillis()
                + " ms, processors busy with other things "
                + Windows.of(history.starvations().stream()
                                .map(Starvation::lost)
                                .toList())
                        .within(Instant.MIN, Instant.MAX)
                        .toMillis()
                + " ms";
    }

    private String latenesses() {
        List<Duration> all = new ArrayList<>();
        List<Duration> beside = new ArrayList<>();
        for (JobRow job : history.end().jobs()) {
            List<Sending> sendings = evidence.sendingsOf(job.id());
            if (!sendings.isEmpty() && Workload.PLAIN.equals(job.queue())) {
                Instant at = sendings.get(0).at();
                all.add(Duration.between(job.due(), at));
                beside.add(NothingLate.lateness(evidence, job, sendings.get(0)));
            }
        }
        return "lateness of the queue without limits: " + percentiles(all) + "; without what faults held up: "
                + percentiles(beside);
    }

    /** Of the time from the first push to the last request. */
    private String notJudged() {
        Instant from = history.pushes().stream()
                .map(Push::sent)
                .min(Instant::compareTo)
                .orElse(Instant.EPOCH);
        Instant until = history.sendings().stream()
                .map(Sending::at)
                .max(Instant::compareTo)
                .orElse(from);
        return "lateness was not judged for " + share(evidence.windows().everywhere(), from, until)
                + " of the time, and of what a single node may have had for "
                + share(evidence.windows().all(), from, until);
    }

    private String refusals() {
        long withoutAnswer = history.refusals().stream()
                .filter(refusal -> refusal.status() == Refusal.NO_ANSWER)
                .count();
        return "calls that were not done: " + history.refusals().size() + ", " + withoutAnswer
                + " of them without an answer; starts: "
                + spread(history.starts().stream()
                        .map(start -> Duration.between(
                                start.time().from(), start.time().until()))
                        .toList());
    }

    /** What the nodes say has failed, each sentence once. */
    private List<String> errors() {
        return history.errors().stream()
                .collect(groupingBy(ErrorLine::sentence, TreeMap::new, counting()))
                .entrySet()
                .stream()
                .map(count -> "  " + count.getValue() + " times: " + count.getKey())
                .toList();
    }

    private static String share(Windows windows, Instant from, Instant until) {
        long all = Math.max(1, Duration.between(from, until).toMillis());
        return 100 * windows.within(from, until).toMillis() / all + " %";
    }

    /** By kind: from the end of a node until what it had was sent again; from the database's return until the next request. */
    private Map<String, List<Duration>> recoveries() {
        Map<String, List<Duration>> times = new TreeMap<>();
        for (Fault fault : history.faults()) {
            switch (fault.kind()) {
                case KILL ->
                    firstAgain(fault)
                            .ifPresent(
                                    time -> add(times, "from a kill to the first request that was sent again", time));
                case FREEZE, HOLD, CUT ->
                    firstAgain(fault).ifPresent(time -> add(times, "from being cut off or frozen to the same", time));
                case CRASH_DATABASE ->
                    nextAfter(fault.until())
                            .ifPresent(time -> add(times, "from the database's return to the next request", time));
                case STOP ->
                    add(times, "from SIGTERM to the end of the process", Duration.between(fault.from(), fault.until()));
                case LOSE_COMMITS -> {}
            }
        }
        return times;
    }

    private Optional<Duration> firstAgain(Fault fault) {
        List<Duration> again = new ArrayList<>();
        for (List<Sending> same : evidence.sendings().values()) {
            for (int i = 1; i < same.size(); i++) {
                Sending first = same.get(i - 1);
                boolean wasInFlight = fault.isOf(first.node())
                        && !first.at().isAfter(fault.until())
                        && !first.answered().isBefore(fault.from().minusMillis(500));
                if (wasInFlight && same.get(i).at().isAfter(fault.from())) {
                    again.add(Duration.between(fault.from(), same.get(i).at()));
                }
            }
        }
        return again.stream().min(Duration::compareTo);
    }

    private Optional<Duration> nextAfter(Instant instant) {
        return history.sendings().stream()
                .map(Sending::at)
                .filter(at -> at.isAfter(instant))
                .min(Instant::compareTo)
                .map(at -> Duration.between(instant, at));
    }

    private static void add(Map<String, List<Duration>> times, String kind, Duration time) {
        times.computeIfAbsent(kind, ignored -> new ArrayList<>()).add(time);
    }

    private static <T extends Enum<T>> String counts(List<T> all) {
        return new TreeMap<>(all.stream().collect(groupingBy(kind -> kind, counting())))
                .entrySet().stream()
                        .map(count -> count.getValue() + " " + count.getKey())
                        .collect(Collectors.joining(", "));
    }

    private static String percentiles(List<Duration> times) {
        return "p50 " + told(percentile(times, 50)) + ", p99 " + told(percentile(times, 99)) + ", max "
                + told(percentile(times, 100));
    }

    private static String spread(List<Duration> times) {
        return times.size() + " times, min " + told(percentile(times, 0)) + ", median " + told(percentile(times, 50))
                + ", max " + told(percentile(times, 100));
    }

    private static Duration percentile(List<Duration> times, int percent) {
        List<Duration> sorted = times.stream().sorted().toList();
        return sorted.isEmpty() ? Duration.ZERO : sorted.get((sorted.size() - 1) * percent / 100);
    }

    private static String told(Duration time) {
        return String.format(Locale.ROOT, "%.2f s", time.toNanos() / 1e9);
    }
}
