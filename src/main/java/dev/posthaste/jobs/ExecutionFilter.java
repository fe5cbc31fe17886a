package dev.posthaste.jobs;

import org.jspecify.annotations.Nullable;

/**
 * Which executions of a cron to list; null for any.
 *
 * @param tag one of its tags, to the letter
 */
public record ExecutionFilter(
        @Nullable ExecutionStatus status, @Nullable String tag) {}
