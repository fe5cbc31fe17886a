package dev.posthaste.alerts;

import dev.posthaste.jobs.FailureReason;
import java.util.stream.Stream;

/**
 * A failed attempt of a queue whose alerts are on.
 *
 * @param queue its name
 * @param isFirst whether it was the job's first attempt
 * @param isLast whether none follows
 */
public record JobFailure(
        long teamId, long queueId, String queue, long jobId, boolean isFirst, boolean isLast, FailureReason reason) {

    /** A warning at the first one, a failure at the last, both where these are one. */
    Stream<Crossing> crossings() {
        Stream<Crossing> first = isFirst ? Stream.of(crossing(AlertType.WARNING)) : Stream.empty();
        return isLast ? Stream.concat(first, Stream.of(crossing(AlertType.FAILURE))) : first;
    }

    private Crossing crossing(AlertType type) {
        return new Crossing(teamId, new Alertable(AlertableType.QUEUE, queueId), queue, type, 1, jobId, reason);
    }
}
