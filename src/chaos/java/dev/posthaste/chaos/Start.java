package dev.posthaste.chaos;

import java.util.List;

/**
 * A node was started, and takes calls.
 *
 * @param time from the start of its first process until it took calls
 * @param ended of processes that ended by themselves before, from the start of each to its end; a supervisor starts another
 */
record Start(int node, Interval time, List<Interval> ended) {}
