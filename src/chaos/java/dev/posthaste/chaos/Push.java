package dev.posthaste.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A push, and what its client knows of it in the end.
 *
 * @param number which its jobs name in their URLs
 * @param key its Idempotency-Key, null for none: then it is not repeated
 * @param jobs how many
 * @param ids of the jobs, in order, empty unless it was accepted
 * @param sent before its first try
 * @param answered after the last answer
 */
record Push(
        long number,
        @Nullable String key,
        int jobs,
        Duration delay,
        Verdict verdict,
        List<Long> ids,
        Instant sent,
        Instant answered) {
    /** What a client was told. */
    enum Verdict {
        ACCEPTED,
        /** No try of it was accepted: each was answered that it was not, or never reached anybody. */
        REFUSED,
        /** One try had no answer, or one that nothing is known. */
        UNKNOWN
    }
}
