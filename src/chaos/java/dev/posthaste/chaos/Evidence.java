package dev.posthaste.chaos;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A history by jobs and chains, with what its faults excuse. Immutable. */
final class Evidence {
    private final History history;
    private final Allowances allowances;
    private final FaultWindows windows;
    private final Waiting waiting;
    private final Map<Long, List<Sending>> sendings;
    private final Map<Long, List<Called>> callbacks;
    private final Map<Long, List<JobRow>> rows;
    private final Map<Long, List<JobRow>> chains;
    private final Map<Long, List<RunRow>> runs;
    private final Map<Long, List<CallbackRow>> callbackRows;

    Evidence(History history, Allowances allowances) {
        this.history = history;
        this.allowances = allowances;
        this.windows = new FaultWindows(history, allowances);
        this.waiting = new Waiting(history, allowances, windows);
        this.sendings = by(Sending::jobId, sorted(history.sendings(), Comparator.comparing(Sending::at)));
        this.callbacks = by(Called::jobId, sorted(history.callbacks(), Comparator.comparing(Called::at)));
        this.rows = by(JobRow::id, history.end().jobs());
        this.chains = by(
                JobRow::chain,
                sorted(
                        history.end().jobs(),
                        Comparator.comparing(JobRow::attempt).thenComparing(JobRow::id)));
        this.runs = by(RunRow::jobId, history.end().runs());
        this.callbackRows = by(CallbackRow::jobId, history.end().callbacks());
    }

    History history() {
        return history;
    }

    Allowances allowances() {
        return allowances;
    }

    FaultWindows windows() {
        return windows;
    }

    /** What nothing explains of how long something waited. */
    Waiting waiting() {
        return waiting;
    }

    /** All attempts, by chain and in their order. */
    Map<Long, List<JobRow>> chains() {
        return chains;
    }

    List<JobRow> chain(long id) {
        return chains.getOrDefault(id, List.of());
    }

    boolean isThere(long jobId) {
        return rows.containsKey(jobId);
    }

    /** Of the jobs that were sent, in the order of their coming. */
    Map<Long, List<Sending>> sendings() {
        return sendings;
    }

    List<Sending> sendingsOf(long jobId) {
        return sendings.getOrDefault(jobId, List.of());
    }

    List<Called> callbacksOf(long jobId) {
        return callbacks.getOrDefault(jobId, List.of());
    }

    List<RunRow> runsOf(long jobId) {
        return runs.getOrDefault(jobId, List.of());
    }

    List<CallbackRow> callbackRowsOf(long jobId) {
        return callbackRows.getOrDefault(jobId, List.of());
    }

    /** Whether its node died with the attempt as often as it is tried, or the last time that it was. */
    boolean endedInterrupted(long jobId) {
        List<RunRow> all = runsOf(jobId);
        return !all.isEmpty() && all.get(all.size() - 1).isInterrupted();
    }

    private static <T> List<T> sorted(List<T> all, Comparator<T> order) {
        return all.stream().sorted(order).toList();
    }

    private static <T> Map<Long, List<T>> by(Function<T, Long> key, List<T> all) {
        return all.stream().collect(groupingBy(key, TreeMap::new, toList()));
    }
}
