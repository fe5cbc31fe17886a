package dev.posthaste.intake;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one API call: all are accepted, or none.
 *
 * @param tokenId the token that pushes them; it must still be valid when they are committed
 * @param idempotency null when the client sent no {@code Idempotency-Key}
 */
public record Submission(
        long teamId,
        long tokenId,
        List<NewJob> jobs,
        @Nullable Idempotency idempotency) {

    /**
     * A client's promise that the same key means the same request.
     *
     * @param key at most 255 characters, unique in the team
     * @param bodySha256 the digest of the request's path and body, byte for byte, in lower-case hex
     */
    public record Idempotency(String key, String bodySha256) {}
}
