package dev.posthaste.operations;

import dev.posthaste.audit.Actor;
import dev.posthaste.jobs.ChainFilter;
import dev.posthaste.jobs.ChainSearch;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operation as it is kept.
 *
 * @param queueId of the filter's queue when it was asked for; 0 for none of that name, null for any queue
 * @param actor who has asked for it
 * @param matched how many chains the filter has found so far
 * @param done to how many of them it was done; none in a dry run
 * @param skipped how many of them were not in a state that allows it
 * @param after jobs up to this id have been looked at
 * @param last the highest id that is meant
 */
public record Operation(
        long id,
        long teamId,
        OperationAction action,
        ChainFilter filter,
        @Nullable Long queueId,
        boolean isDryRun,
        @Nullable Integer maxPerSecond,
        OperationStatus status,
        long matched,
        long done,
        long skipped,
        long after,
        long last,
        Actor actor,
        Instant createdAt,
        @Nullable Instant finishedAt) {
    /** What it means: frozen at the instant at which it was asked for. */
    ChainSearch.Scope scope() {
        return new ChainSearch.Scope(teamId, filter, queueId, last, createdAt);
    }
}
