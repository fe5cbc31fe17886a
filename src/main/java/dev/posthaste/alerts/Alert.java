package dev.posthaste.alerts;

import dev.posthaste.jobs.FailureReason;
import dev.posthaste.sql.StorableText;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to a cron or a queue, once or several times within a minute.
 *
 * @param name of the cron or queue, as it was then
 * @param count how often it has happened
 * @param eventId the job or the execution of the last time
 * @param failureReason why that has failed, null for a recovery
 * @param createdAt when it happened first
 * @param lastAt and when last
 * @param acknowledgedAt null while nobody has
 */
public record Alert(
        long id,
        AlertType type,
        Alertable alertable,
        String name,
        long count,
        long eventId,
        @Nullable FailureReason failureReason,
        Instant createdAt,
        Instant lastAt,
        @Nullable Instant acknowledgedAt) {

    /** What it says, as a sentence. Nothing of an answer or a request stands in it. */
    public String message() {
        return sentence(count);
    }

    /** The same for so many of them. */
    String sentence(long times) {
        String quoted = StorableText.quoted(name);
        if (alertable.type() == AlertableType.QUEUE) {
            String how = type == AlertType.WARNING ? "at the first attempt" : "for good";
            return times == 1
                    ? "A job of the queue " + quoted + " has failed " + how + ": " + reason() + "."
                    : times + " jobs of the queue " + quoted + " have failed " + how + ", the last of them: " + reason()
                            + ".";
        }
        String cron = "The cron " + quoted;
        String often = times == 1 ? "" : " " + times + " times";
        return switch (type) {
            case WARNING -> cron + " has begun to fail" + often + ": " + reason() + ".";
            case FAILURE -> cron + " has failed as often as its threshold allows" + often + ": " + reason() + ".";
            case RECOVERY -> cron + " has recovered" + often + ".";
        };
    }

    private String reason() {
        return (failureReason == null ? FailureReason.UNKNOWN : failureReason).contractName();
    }
}
