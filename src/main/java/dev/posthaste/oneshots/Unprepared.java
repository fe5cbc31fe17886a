package dev.posthaste.oneshots;

/**
 * In place of what was to be prepared for a firing: it could not be, and is tried again after a while.
 *
 * @param times how often in a row, from 1 on, as far as this node knows
 */
record Unprepared(Exception cause, int times) {
    private static final long FIRST_PAUSE_MS = 5_000;
    private static final int MAX_DOUBLINGS = 7; // 640 s

    /** Until it is tried again, in milliseconds. */
    long pauseMs() {
        return FIRST_PAUSE_MS << Math.min(times - 1, MAX_DOUBLINGS);
    }
}
