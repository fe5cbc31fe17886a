package dev.posthaste.jobs;

import org.jspecify.annotations.Nullable;

/**
 * Which dead letters of a team to list; null for any.
 *
 * @param queue the queue's name
 * @param url a part of the URL
 * @param tag one of its tags, to the letter
 * @param host of the URL, whatever its case
 * @param failureReason of the last run
 */
public record DeadLetterFilter(
        @Nullable String queue,
        @Nullable String url,
        @Nullable String tag,
        @Nullable String host,
        @Nullable FailureReason failureReason) {
    /** Whether something is looked for that no index finds. */
    boolean isSearch() {
        return url != null || tag != null || host != null || failureReason != null;
    }
}
