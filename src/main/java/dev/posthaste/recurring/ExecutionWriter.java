package dev.posthaste.recurring;

import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.jobs.ExecutionTrigger;
import dev.posthaste.jobs.ExpectedPing;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.PendingExecution;
import dev.posthaste.jobs.ReservedIds;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.CountChange;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.sql.BoundStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes executions with their one-shots, set-based, in the transaction that holds their crons. Of requests it knows the ids
 * only, so that what it holds in memory does not depend on their size. Thread-safe: holds no state.
 */
final class ExecutionWriter {
    private final JobDao jobs;
    private final ExecutionDao executions;
    private final QueueCountDao counts;
    private final OneShots oneShots;

    ExecutionWriter(JobDao jobs, ExecutionDao executions, QueueCountDao counts, OneShots oneShots) {
        this.jobs = jobs;
        this.executions = executions;
        this.counts = counts;
        this.oneShots = oneShots;
    }

    /**
     * An execution that is to be written.
     *
     * @param at when it is due; null for the moment at which it is written
     * @param skippedFor the execution because of which it is not sent, null when it is
     * @param expected the ping that it waits for, null when it is sent
     */
    record Planned(
            DueCron cron,
            ExecutionTrigger trigger,
            @Nullable Instant at,
            @Nullable Long skippedFor,
            @Nullable ExpectedPing expected) {
        /** One that is sent now because somebody asks for it. */
        static Planned now(DueCron cron) {
            return new Planned(cron, ExecutionTrigger.RUN_NOW, null, null, null);
        }
    }

    /**
     * What was written.
     *
     * @param oneShots to be announced after the commit
     */
    record Written(List<PendingExecution> executions, List<OneShot> oneShots) {
        static final Written NOTHING = new Written(List.of(), List.of());
    }

    Written write(Connection connection, List<Planned> planned) throws SQLException {
        if (planned.isEmpty()) {
            return Written.NOTHING;
        }
        ReservedIds reserved = jobs.reserve(connection, planned.size(), 0);
        Written written = new Written(new ArrayList<>(), new ArrayList<>());
        Map<Long, CountChange> waiting = new HashMap<>();
        for (int i = 0; i < planned.size(); i++) {
            Planned one = planned.get(i);
            PendingExecution execution = execution(one, reserved.jobIds().get(i), reserved.now());
            written.executions().add(execution);
            if (execution.isToBeSent()) {
                written.oneShots().add(execution.oneShot(one.cron().weight()));
                if (execution.expected() == null) {
                    waiting.merge(execution.countedUnder(), CountChange.accepted(1), CountChange::and);
                }
            }
        }
        List<BoundStatement> statements = new ArrayList<>();
        statements.add(executions.insertion(written.executions()));
        if (!written.oneShots().isEmpty()) {
            statements.add(oneShots.insertion(written.oneShots()));
        }
        if (!waiting.isEmpty()) {
            statements.add(counts.addition(waiting));
        }
        BoundStatement.executeAll(connection, statements);
        return written;
    }

    /** How many of the one-shots send something, in place of waiting for a ping. */
    static long sentBy(List<OneShot> oneShots) {
        return oneShots.stream()
                .filter(shot -> shot.kind().equals(Triggers.DELIVERY))
                .count();
    }

    private static PendingExecution execution(Planned planned, long id, Instant now) {
        DueCron cron = planned.cron();
        return new PendingExecution(
                id,
                cron.id(),
                cron.teamId(),
                cron.queueId(),
                cron.requestId(),
                id,
                1,
                planned.trigger(),
                planned.skippedFor(),
                planned.expected(),
                now,
                planned.at() == null ? now : planned.at());
    }
}
