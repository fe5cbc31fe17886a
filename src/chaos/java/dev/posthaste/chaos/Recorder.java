package dev.posthaste.chaos;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Keeps what happens while a run goes on. Thread-safe. */
final class Recorder {
    private final Queue<Push> pushes = new ConcurrentLinkedQueue<>();
    private final Queue<Sending> sendings = new ConcurrentLinkedQueue<>();
    private final Queue<Called> callbacks = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final Queue<Interval> stalls = new ConcurrentLinkedQueue<>();
    private final Queue<Starvation> starvations = new ConcurrentLinkedQueue<>();
    private final Queue<Pause> pauses = new ConcurrentLinkedQueue<>();
    private final Queue<String> oddities = new ConcurrentLinkedQueue<>();
    private final Queue<ErrorLine> errors = new ConcurrentLinkedQueue<>();
    private final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();
    private final Queue<Start> starts = new ConcurrentLinkedQueue<>();

    void pushed(Push push) {
        pushes.add(push);
    }

    void came(Sending sending) {
        sendings.add(sending);
    }

    void came(Called called) {
        callbacks.add(called);
    }

    void done(Fault fault) {
        faults.add(fault);
    }

    void stalled(Interval time) {
        stalls.add(time);
    }

    void starved(Starvation time) {
        starvations.add(time);
    }

    void paused(Pause pause) {
        pauses.add(pause);
    }

    void failed(List<ErrorLine> lines) {
        errors.addAll(lines);
    }

    void refused(Refusal refusal) {
        refusals.add(refusal);
    }

    void started(Start start) {
        starts.add(start);
    }

    /** What should not happen, in a sentence. */
    void odd(String sentence) {
        oddities.add(sentence);
    }

    /** What has happened so far. */
    History history(int nodes, Interval run, List<GateLimit> gates, EndState end) {
        return new History(
                nodes,
                run,
                List.copyOf(pushes),
                List.copyOf(sendings),
                List.copyOf(callbacks),
                List.copyOf(faults),
                List.copyOf(stalls),
                List.copyOf(starvations),
                List.copyOf(pauses),
                gates,
                List.copyOf(oddities),
                List.copyOf(errors),
                List.copyOf(refusals),
                List.copyOf(starts),
                end);
    }
}
