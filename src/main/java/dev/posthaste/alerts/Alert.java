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
        return alertable.type() == AlertableType.QUEUE ? ofQueue(times) : ofCron(times);
    }

    private String ofQueue(long times) {
        boolean isFinal = type == AlertType.FAILURE;
        String queue = " of the queue " + StorableText.quoted(name) + " failed ";
        return times == 1
                ? "Job " + eventId + queue + (isFinal ? "for good and is not tried again: " : "on its first attempt: ")
                        + reason() + "."
                : times + " jobs" + queue
                        + (isFinal ? "for good and are not tried again" : "on their first attempt")
                        + "; the last was job " + eventId + ": " + reason() + ".";
    }

    private String ofCron(long times) {
        String cron = "The cron " + StorableText.quoted(name);
        String lastTime = " " + times + " times, the last time ";
        return switch (type) {
            case WARNING -> cron + " has begun to fail" + (times == 1 ? ", " : lastTime) + inExecution();
            case FAILURE ->
                times == 1
                        ? cron + " is failing, its alert threshold is reached, " + inExecution()
                        : cron + " has reached its alert threshold" + lastTime + inExecution();
            case RECOVERY ->
                times == 1
                        ? cron + " has recovered: execution " + eventId + " succeeded."
                        : cron + " has recovered" + lastTime + "with execution " + eventId + ".";
        };
    }

    private String inExecution() {
        return "in execution " + eventId + ": " + reason() + ".";
    }

    private String reason() {
        return ReasonText.of(failureReason);
    }

    /** The call that shows what happened the last time. */
    String whereToLook() {
        return alertable.type() == AlertableType.QUEUE
                ? "GET /api/jobs/" + eventId
                : "GET /api/crons/" + alertable.id() + "/executions/" + eventId;
    }
}
