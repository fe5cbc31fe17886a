package dev.posthaste.jobs;

import dev.posthaste.redaction.Masks;
import dev.posthaste.redaction.Redaction;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that failed, as far as one needs it to see why.
 *
 * @param at when its last run ended
 * @param errorMessage the first line of what its run says, cut off where it is long; null for none
 * @param responseStatus null when no answer came
 * @param tags what its user calls it by
 * @param redaction what of it is not shown
 */
public record FailedJob(
        long id,
        String queue,
        String url,
        Instant at,
        FailureReason reason,
        @Nullable String errorMessage,
        @Nullable Integer responseStatus,
        List<String> tags,
        Redaction redaction) {
    /** The message as it is shown. */
    public @Nullable String shownMessage(Masks masks) {
        return Run.shownMessage(reason, errorMessage, masks, redaction);
    }
}
