package dev.posthaste.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which faults are done when: drawn from a seed, and the same for the same one. Faults of one node, or of the database, come
 * one after the other; those of several overlap as they fall. Each kind comes once, and as long as it may be, before any comes
 * again: a run of two minutes has seen them all.
 */
final class FaultSchedule {
    private static final long FIRST_MS = 4_000;

    /** At the end nothing new, so that what was done last is seen to be over under load. */
    private static final long LAST_BEFORE_END_MS = 8_000;

    private static final long LEAST_GAP_MS = 2_000;
    private static final long MOST_GAP_MS = 11_000;

    /** What a start takes, more on a busy machine. */
    private static final long START_MS = 12_000;

    /** Longer than this a run has an outage in which crons miss fires. */
    private static final Duration LONG_RUN = Duration.ofMinutes(6);

    private static final long OUTAGE_WITHOUT_A_FIRE_MS = 75_000;

    /** Each as often as it stands here. */
    private static final List<FaultKind> KINDS = List.of(
            FaultKind.KILL,
            FaultKind.KILL,
            FaultKind.KILL,
            FaultKind.STOP,
            FaultKind.STOP,
            FaultKind.FREEZE,
            FaultKind.FREEZE,
            FaultKind.CUT,
            FaultKind.CUT,
            FaultKind.HOLD,
            FaultKind.HOLD,
            FaultKind.LOSE_COMMITS,
            FaultKind.LOSE_COMMITS,
            FaultKind.LOSE_COMMITS,
            FaultKind.CRASH_DATABASE,
            FaultKind.CRASH_DATABASE);

    private FaultSchedule() {}

    static List<PlannedFault> draw(long seed, Duration length, int nodes) {
        Random random = new Random(seed);
        List<PlannedFault> faults = new ArrayList<>();
        Map<Integer, Long> busyUntil = new HashMap<>();
        List<FaultKind> first = new ArrayList<>(List.of(FaultKind.values()));
        Collections.shuffle(first, random);
        boolean hasMissedFires = length.compareTo(LONG_RUN) < 0;
        long end = length.toMillis() - LAST_BEFORE_END_MS;
        for (long at = FIRST_MS; at < end; at += between(random, LEAST_GAP_MS, MOST_GAP_MS)) {
            FaultKind kind = first.isEmpty() ? KINDS.get(random.nextInt(KINDS.size())) : first.get(0);
            int node = kind == FaultKind.CRASH_DATABASE ? Fault.DATABASE : random.nextInt(nodes);
            if (!first.isEmpty() && kind != FaultKind.CRASH_DATABASE) {
                node = freeNode(busyUntil, at, node, nodes);
            }
            long lasts = length(random, kind, !first.isEmpty());
            if (kind == FaultKind.CRASH_DATABASE && !hasMissedFires && at > end / 3) {
                lasts = OUTAGE_WITHOUT_A_FIRE_MS;
                hasMissedFires = true;
            }
            if (busyUntil.getOrDefault(node, 0L) <= at && at + lasts < end) {
                faults.add(new PlannedFault(Duration.ofMillis(at), kind, node, Duration.ofMillis(lasts)));
                busyUntil.put(node, at + lasts + (kind.ends() ? START_MS : LEAST_GAP_MS));
                if (!first.isEmpty()) {
                    first.remove(0);
                }
            }
        }
        return faults;
    }

    /** The next one after it that has no fault, itself where all have. */
    private static int freeNode(Map<Integer, Long> busyUntil, long at, int node, int nodes) {
        return IntStream.range(0, nodes)
                .map(i -> (node + i) % nodes)
                .filter(next -> busyUntil.getOrDefault(next, 0L) <= at)
                .findFirst()
                .orElse(node);
    }

    private static long length(Random random, FaultKind kind, boolean isLongForSure) {
        boolean isLong = random.nextInt(3) == 0 || isLongForSure;
        return switch (kind) {
            case KILL, STOP -> between(random, 0, 4_000);
            // Longer than a lease, or shorter.
            case FREEZE, CUT, HOLD -> isLong ? between(random, 9_000, 14_000) : between(random, 300, 4_000);
            case LOSE_COMMITS -> between(random, 500, 1_500);
            case CRASH_DATABASE -> isLong ? between(random, 6_000, 12_000) : between(random, 0, 3_000);
        };
    }

    private static long between(Random random, long least, long most) {
        return least + (long) (random.nextDouble() * (most - least));
    }
}
