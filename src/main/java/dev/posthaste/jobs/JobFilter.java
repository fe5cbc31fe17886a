package dev.posthaste.jobs;

import org.jspecify.annotations.Nullable;

/**
 * Which jobs of a team to list; null for any.
 *
 * @param queue the queue's name
 * @param url a part of the URL
 * @param tag one of its tags, to the letter
 */
public record JobFilter(
        @Nullable String queue,
        @Nullable JobStatus status,
        @Nullable FinalStatus finalStatus,
        @Nullable String url,
        @Nullable String tag) {
    /** Whether something is looked for that no index finds. */
    boolean isSearch() {
        return url != null || tag != null;
    }
}
