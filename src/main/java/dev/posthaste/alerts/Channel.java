package dev.posthaste.alerts;

import dev.posthaste.jobs.CallbackStatus;
import dev.posthaste.jobs.FailureReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A channel as it is kept.
 *
 * @param lastMessage the newest that was sent or tried, tests among them; null before the first
 */
public record Channel(
        long id,
        ChannelSettings settings,
        Instant createdAt,
        @Nullable LastMessage lastMessage) {
    /**
     * How a message fared.
     *
     * @param isTest whether somebody wanted to see one
     * @param nextAttemptAt null when no further try follows
     * @param responseStatus of the last try, null for a mail or no answer
     * @param failureReason likewise, null for a success
     * @param errorMessage the failure in words, likewise
     */
    public record LastMessage(
            long id,
            boolean isTest,
            CallbackStatus status,
            int attempts,
            @Nullable Instant nextAttemptAt,
            @Nullable Integer responseStatus,
            @Nullable FailureReason failureReason,
            @Nullable String errorMessage,
            Instant createdAt,
            @Nullable Instant deliveredAt) {}
}
