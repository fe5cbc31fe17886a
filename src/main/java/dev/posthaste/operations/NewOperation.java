package dev.posthaste.operations;

import dev.posthaste.jobs.ChainFilter;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants done.
 *
 * @param isDryRun counts, and changes nothing
 * @param maxPerSecond so many chains a second at most; null for as fast as it goes
 */
public record NewOperation(
        OperationAction action,
        ChainFilter filter,
        boolean isDryRun,
        @Nullable Integer maxPerSecond) {}
