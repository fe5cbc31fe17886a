package dev.posthaste.delivery;

import dev.posthaste.jobs.FailureReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a request went.
 *
 * @param took without the time that it stood still for want of something of this node's, so that it may be less than the
 *     time from its start to its end
 * @param answer null when none came; it may have come and been cut off by a failure
 * @param failure null for a 2xx answer for which every assertion holds
 * @param message a sentence for a person, null without a failure
 * @param release gives back the memory that the answer was counted in; run it when the outcome is recorded
 */
public record Exchange(
        Instant startedAt,
        Instant endedAt,
        Duration took,
        @Nullable Answer answer,
        @Nullable FailureReason failure,
        @Nullable String message,
        Runnable release) {
    /** An exchange that never stood still, and for whose answer no memory was counted. */
    public Exchange(
            Instant startedAt,
            Duration took,
            @Nullable Answer answer,
            @Nullable FailureReason failure,
            @Nullable String message) {
        this(startedAt, startedAt.plus(took), took, answer, failure, message, () -> {});
    }

    /** For a URL that was refused when it was pushed, by rules that have changed since: nothing was sent. */
    static Exchange unsendable(Instant at) {
        return new Exchange(at, Duration.ZERO, null, FailureReason.INVALID_URL, "The URL is not one to send to.");
    }

    /** The same exchange, of whose answer nothing but its status is kept, and which has failed if it had not before. */
    Exchange unjudged() {
        Answer status = answer == null
                ? null
                : new Answer(answer.status(), Map.of(), List.of(), new ResponseText("", null, true));
        return new Exchange(
                startedAt,
                endedAt,
                took,
                status,
                failure == null ? FailureReason.UNKNOWN : failure,
                "What came of the request could not be judged.",
                release);
    }

    /** The same exchange as a failure. */
    Exchange failed(FailureReason reason, String why) {
        return new Exchange(startedAt, endedAt, took, answer, reason, why, release);
    }
}
