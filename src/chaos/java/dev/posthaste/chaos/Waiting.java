package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How long something waited that nothing explains: no fault, no pause of its queue, and no limit of it that the receiver saw
 * used up. Immutable.
 */
final class Waiting {
    /** From the end of what took a place until what has it next is with the receiver. */
    private static final Duration TURNAROUND = Duration.ofSeconds(1);

    private final FaultWindows windows;

    /** By queue. */
    private final Map<String, List<Interval>> pauses = new HashMap<>();

    /** By queue, of those with a limit: when it was used up. */
    private final Map<String, Windows> usedUp = new HashMap<>();

    Waiting(History history, Allowances allowances, FaultWindows windows) {
        this.windows = windows;
        for (Pause pause : history.pauses()) {
            pauses.computeIfAbsent(pause.queue(), queue -> new ArrayList<>())
                    .add(new Interval(pause.asked(), pause.resumed().plus(allowances.pause())));
        }
        for (GateLimit gate : history.gates()) {
            List<Sending> sendings = history.sendings().stream()
                    .filter(sending -> sending.isOf(gate.queue()))
                    .toList();
            usedUp.put(
                    gate.queue(),
                    Windows.of(Stream.concat(full(gate, sendings).stream(), spent(gate, sendings).stream())
                            .toList()));
        }
    }

    /**
     * Of the time from one instant to another what nothing explains.
     *
     * @param queue null for none
     * @param known the earliest instant at which a node may have got hold of it
     */
    Duration unexplained(@Nullable String queue, Instant known, Instant from, Instant until) {
        if (!until.isAfter(from)) {
            return Duration.ZERO;
        }
        List<Interval> paused = queue == null ? List.of() : pauses.getOrDefault(queue, List.of());
        Windows limit = queue == null ? null : usedUp.get(queue);
        if (limit != null) {
            return withAPlaceFree(limit.and(paused), from, until);
        }
        // One after the other a fault within a pause would be taken off twice.
        Duration heldUp = windows.excused(known, from, until).and(paused).within(from, until);
        return Duration.between(from, until).minus(heldUp);
    }

    /** Any node may have had the place that is free with the receiver: a fault of any holds it up. */
    private Duration withAPlaceFree(Windows held, Instant from, Instant until) {
        Duration free = Duration.ZERO;
        for (Interval gap : held.and(windows.ofFaults().intervals()).gaps(from, until)) {
            Duration time = Duration.between(gap.from(), gap.until())
                    .minus(windows.ofTheMachine().within(gap.from(), gap.until()))
                    .minus(TURNAROUND);
            free = time.isNegative() ? free : free.plus(time);
        }
        return free;
    }

    /** While as many are with the receiver as may be. */
    private static List<Interval> full(GateLimit gate, List<Sending> sendings) {
        Integer max = gate.maxInFlight();
        if (max == null) {
            return List.of();
        }
        List<Instant> ends = sendings.stream().map(Sending::answered).sorted().toList();
        List<Instant> begins = sendings.stream().map(Sending::at).sorted().toList();
        List<Interval> times = new ArrayList<>();
        int ended = 0;
        for (int begun = 0; begun < begins.size(); begun++) {
            Instant at = begins.get(begun);
            while (ended < ends.size() && ends.get(ended).isBefore(at)) {
                ended++;
            }
            // So many are there now; it is full until there are fewer than it takes.
            int there = begun + 1 - ended;
            if (there >= max) {
                times.add(new Interval(at, latest(at, ends.get(ended + there - max))));
            }
        }
        return times;
    }

    /** For so long each takes the allowance of its second. */
    private static List<Interval> spent(GateLimit gate, List<Sending> sendings) {
        if (gate.maxPerSecond() == null) {
            return List.of();
        }
        Duration share = Duration.ofSeconds(1).dividedBy(Objects.requireNonNull(gate.maxPerSecond()));
        return sendings.stream()
                .map(sending -> new Interval(sending.at(), sending.at().plus(share)))
                .toList();
    }

    private static Instant latest(Instant one, Instant other) {
        return Stream.of(one, other).max(Comparator.naturalOrder()).orElseThrow();
    }
}
