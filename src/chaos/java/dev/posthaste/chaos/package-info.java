/**
 * {@code make chaos}: one program that runs a PostgreSQL and three nodes as processes, pushes jobs, does to all of them
 * what machines and networks do, and holds what a receiver has seen against what was promised.
 *
 * <p>{@link dev.posthaste.chaos.ChaosRun} makes a {@link dev.posthaste.chaos.History}; {@link dev.posthaste.chaos.Checker}
 * judges it and knows of no process.
 */
@NullMarked
package dev.posthaste.chaos;

import org.jspecify.annotations.NullMarked;
