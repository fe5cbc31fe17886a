package dev.posthaste.chaos;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The request of a job, or of an execution of a cron.
 *
 * @param chain the id of the first attempt
 * @param queue null of an execution whose cron names none
 * @param cronId null of a job
 * @param target path and query, which say what the receiver answers
 */
record Sending(
        long jobId,
        long chain,
        int attempt,
        @Nullable String queue,
        @Nullable Long cronId,
        String id,
        String target,
        String body,
        Instant at,
        Instant answered,
        int status,
        int node)
        implements Received {
    boolean isOf(String name) {
        return name.equals(queue);
    }
}
