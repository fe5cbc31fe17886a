package dev.posthaste.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Predicate;

/** What has happened in the team, as {@code /api/stats} counts it, or as it should. */
record Counters(long accepted, long delivered, long failedAttempts, long retried, long deadLettered, long cancelled) {
    static final Counters NONE = new Counters(0, 0, 0, 0, 0, 0);

    /** All points of an answer together. */
    static Counters of(JsonNode answer) {
        Counters sum = NONE;
        for (JsonNode point : answer.get("data")) {
            sum = new Counters(
                    sum.accepted + point.get("accepted").asLong(),
                    sum.delivered + point.get("delivered").asLong(),
                    sum.failedAttempts + point.get("failed_attempts").asLong(),
                    sum.retried + point.get("retried").asLong(),
                    sum.deadLettered + point.get("dead_lettered").asLong(),
                    sum.cancelled + point.get("cancelled").asLong());
        }
        return sum;
    }

    /** As they must be when these are all the attempts that there were, of jobs and executions. */
    static Counters ofAttempts(List<JobRow> attempts) {
        return new Counters(
                count(attempts, job -> job.attempt() == 1),
                count(attempts, JobRow::isCompleted),
                count(attempts, JobRow::isFailed),
                count(attempts, job -> job.attempt() > 1),
                count(attempts, job -> job.attempt() == 1 && "dead_lettered".equals(job.finalStatus())),
                count(attempts, job -> job.attempt() == 1 && "cancelled".equals(job.finalStatus())));
    }

    private static long count(List<JobRow> attempts, Predicate<JobRow> which) {
        return attempts.stream().filter(which).count();
    }

    /** Whether any of them is less than it was before. */
    boolean hasFallenSince(Counters before) {
        return accepted < before.accepted
                || delivered < before.delivered
                || failedAttempts < before.failedAttempts
                || retried < before.retried
                || deadLettered < before.deadLettered
                || cancelled < before.cancelled;
    }
}
