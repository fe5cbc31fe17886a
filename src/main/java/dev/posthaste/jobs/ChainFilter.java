package dev.posthaste.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which retry chains of a team are meant; null for any. A chain goes by its original: its queue, URL, tags and the instant at
 * which it was accepted.
 *
 * @param queue the queue's name
 * @param status of its last attempt, so of the chain as a whole
 * @param finalStatus how the chain has ended, or stands
 * @param url a part of the URL, whatever its case
 * @param tag one of its tags, to the letter
 * @param host of the URL, whatever its case
 * @param failureReason of the last run of its last attempt
 * @param before it was accepted before that
 * @param after it was accepted at that instant or later
 * @param replayed whether it was replayed: of dead letters, whether they have left their list
 */
public record ChainFilter(
        @Nullable String queue,
        @Nullable JobStatus status,
        @Nullable FinalStatus finalStatus,
        @Nullable String url,
        @Nullable String tag,
        @Nullable String host,
        @Nullable FailureReason failureReason,
        @Nullable Instant before,
        @Nullable Instant after,
        @Nullable Boolean replayed) {}
