package dev.posthaste.overview;

import dev.posthaste.queues.QueueGlance;
import dev.posthaste.queues.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was counted for a team in the last minute, a look every ten seconds: what has happened since is a rate that is as new
 * as the counts are. Thread-safe.
 */
final class Counted {
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration WINDOW = Duration.ofSeconds(60);

    private final Deque<Look> looks = new ArrayDeque<>();

    /** What was counted at one time. */
    record Look(Instant at, Tally team, Map<Long, Tally> queues) {
        static Look of(Instant at, Tally team, List<QueueGlance> queues) {
            Map<Long, Tally> byQueue = new HashMap<>();
            queues.forEach(queue -> byQueue.put(queue.id(), queue.tally()));
            return new Look(at, team, byQueue);
        }
    }

    /** Notes one, and returns what it is to be compared with. */
    synchronized Compared add(Look now) {
        // A clock that was set back makes all of them worthless.
        looks.removeIf(
                look -> look.at().isBefore(now.at().minus(WINDOW)) || !look.at().isBefore(now.at()));
        Look oldest = looks.peekFirst();
        Look recent = null;
        for (Look look : looks) {
            if (!look.at().isAfter(now.at().minus(EVERY))) {
                recent = look;
            }
        }
        Look newest = looks.peekLast();
        if (newest == null || !newest.at().isAfter(now.at().minus(EVERY))) {
            looks.addLast(now);
        }
        return new Compared(oldest, recent == null ? oldest : recent);
    }

    /**
     * What a look is compared with.
     *
     * @param minute for rates of a minute, null for none
     * @param recent for rates that are to show at once what changes, null for none
     */
    record Compared(@Nullable Look minute, @Nullable Look recent) {}
}
