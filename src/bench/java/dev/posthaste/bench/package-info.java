/**
 * {@code make bench}: one program that measures Posthaste beside its peers on one machine, in one run, and prints a
 * table. Called by nobody; a measure never fails a build, it says whether its bar was met.
 *
 * <p>{@link dev.posthaste.bench.Bench} runs {@link dev.posthaste.bench.Measure}s in a {@link
 * dev.posthaste.bench.Laboratory}, which owns the database, the receiver and the child processes.
 */
@NullMarked
package dev.posthaste.bench;

import org.jspecify.annotations.NullMarked;
