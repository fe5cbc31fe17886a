package dev.posthaste.terminal;

import java.util.TreeSet;

/**
 * Which jobs were shown. Ids grow, but one may become visible after a higher one, so that the last one alone does not tell.
 * The oldest are forgotten, and count as shown from then on.
 */
final class SeenJobs {
    private static final int MOST = 10_000;

    private final TreeSet<Long> seen = new TreeSet<>();
    private long floor;

    /** What was there before anybody looked: up to this id. */
    void begin(long before) {
        seen.clear();
        floor = before;
    }

    /** Whether it has not been shown yet. */
    boolean isNew(long id) {
        return id > floor && !seen.contains(id);
    }

    /** Notes that it is shown; whether that is for the first time. */
    boolean add(long id) {
        if (!isNew(id)) {
            return false;
        }
        seen.add(id);
        if (seen.size() > MOST) {
            floor = Math.max(floor, seen.first());
            seen.pollFirst();
        }
        return true;
    }

    /** Whether nothing newer than that can have been shown by the same database. */
    boolean isBelow(long newest) {
        return newest < floor;
    }
}
