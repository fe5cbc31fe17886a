package dev.posthaste.web;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.intake.AcceptedJob;
import java.util.List;

/** What a push is answered with: the contract's fields, in its order. */
final class PushedAnswer {
    private static final String MESSAGE = "Scheduled successfully";

    private PushedAnswer() {}

    static Single single(AcceptedJob job) {
        return new Single(true, job.queueId(), job.jobId(), ContractTime.seconds(job.scheduledAt()), MESSAGE);
    }

    static Batch batch(List<AcceptedJob> jobs) {
        List<Entry> entries = jobs.stream().map(PushedAnswer::entry).toList();
        return new Batch(true, entries.size(), entries, MESSAGE);
    }

    static Entry entry(AcceptedJob job) {
        return new Entry(job.queueId(), job.jobId(), ContractTime.seconds(job.scheduledAt()));
    }

    /** To a job that was pushed by itself. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Single(boolean success, long queueId, long jobId, String scheduledAt, String message) {}

    /** To jobs that were pushed together. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Batch(boolean success, int count, List<Entry> jobs, String message) {}

    /** One of those. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Entry(long queueId, long jobId, String scheduledAt) {}
}
