package dev.posthaste.chaos;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An attempt as the database has it in the end.
 *
 * @param chain the id of the first attempt
 * @param queue whose limits and pause hold for it, null for none
 * @param retries so many attempts may follow the first
 * @param cronId null of a job
 * @param isScheduled whether it is an execution that its cron's schedule has set off, or an attempt of one
 */
record JobRow(
        long id,
        long chain,
        int attempt,
        String status,
        @Nullable String finalStatus,
        Instant due,
        Target target,
        @Nullable String queue,
        int retries,
        boolean wantsCallback,
        @Nullable Long cronId,
        boolean isScheduled) {
    boolean isCompleted() {
        return status.equals("completed");
    }

    boolean isFailed() {
        return status.equals("failed");
    }

    @Override
    public String toString() {
        return (cronId == null ? "job " : "execution ") + id + " (attempt " + attempt + " of " + chain + ", "
                + target.text() + ", queue " + queue + ", due " + due + ", " + status + ", " + finalStatus + ")";
    }
}
