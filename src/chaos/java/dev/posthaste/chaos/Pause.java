package dev.posthaste.chaos;

import java.time.Instant;

/**
 * A queue was paused.
 *
 * @param asked before the first call that may have paused it
 * @param from after the answer that it is paused
 * @param until before the first call that may have resumed it
 * @param resumed after the answer that it is resumed
 */
record Pause(String queue, Instant asked, Instant from, Instant until, Instant resumed) {}
