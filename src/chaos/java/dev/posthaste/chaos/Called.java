package dev.posthaste.chaos;

import java.time.Instant;

/**
 * A callback that came to the receiver.
 *
 * @param chain the id of the first attempt of whose chain it reports
 * @param jobStatus what it says of the attempt: completed or failed
 * @param isFinal whether it says that no attempt follows
 */
record Called(
        long jobId,
        long chain,
        int attempt,
        String jobStatus,
        boolean isFinal,
        String id,
        String target,
        String body,
        Instant at,
        Instant answered,
        int status,
        int node)
        implements Received {}
