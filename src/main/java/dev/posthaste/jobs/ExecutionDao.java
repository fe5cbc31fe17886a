package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code jobs} that are executions of crons, in the caller's transaction. Reading is {@link ExecutionReader}'s.
 * Thread-safe: holds no state.
 */
public final class ExecutionDao {
    /** As the predicate of the index {@code jobs_open_of_cron} says it. */
    static final String IS_OPEN =
            "cron_id is not null and attempt_number = 1 and (status = 'pending' or final_status = 'retrying')";

    /** The same of a row {@code o}. */
    private static final String IS_OPEN_ORIGINAL = "o.cron_id is not null and o.attempt_number = 1"
            + " and (o.status = 'pending' or o.final_status = 'retrying')";

    /** One that is skipped has ended before it began. */
    private static final NamedSql INSERT = NamedSql.of("""
            insert into jobs
              (id, queue_id, request_id, original_job_id, attempt_number, priority, created_at, due_at, cron_id,
               gate_queue_id, cron_trigger, skipped_for, ping_grace, pinged_at, ping_failed, status, final_status,
               concluded_at)
            select id, queue_id, request_id, original_job_id, attempt_number, priority,
                   to_timestamp(created_ms / 1000::float8), to_timestamp(due_ms / 1000::float8), cron_id,
                   nullif(gate, 0), cron_trigger, nullif(skipped_for, 0), ping_grace,
                   to_timestamp(pinged_ms / 1000::float8), case when pinged_ms is not null then ping_failed end,
                   case when skipped_for = 0 then 'pending' else 'skipped' end,
                   case when skipped_for <> 0 then 'cancelled' end,
                   case when skipped_for <> 0 then to_timestamp(created_ms / 1000::float8) end
              from unnest(:ids, :queues, :requests, :originals, :attempts, :priorities, :created, :due, :crons, :gates,
                          :triggers, :skipped_for, :graces, :pinged, :ping_failed) as t
                (id, queue_id, request_id, original_job_id, attempt_number, priority, created_ms, due_ms, cron_id,
                 gate, cron_trigger, skipped_for, ping_grace, pinged_ms, ping_failed)
            """);

    /** Writes them. The one-shots of those that are to be sent belong into the same transaction. */
    public BoundStatement insertion(Collection<PendingExecution> executions) {
        return BoundStatement.effect(
                INSERT,
                values -> values.rows(executions)
                        .longs("ids", PendingExecution::id)
                        .longs("queues", row -> NoQueue.of(row.teamId()))
                        .longs("requests", PendingExecution::requestId)
                        .longs("originals", PendingExecution::originalJobId)
                        .ints("attempts", PendingExecution::attemptNumber)
                        .ints("priorities", row -> PendingExecution.PRIORITY)
                        .instants("created", PendingExecution::createdAt)
                        .instants("due", PendingExecution::dueAt)
                        .longs("crons", PendingExecution::cronId)
                        .longs("gates", row -> orNone(row.gateQueueId()))
                        .texts("triggers", row -> ContractName.orNull(row.trigger()))
                        .longs("skipped_for", row -> orNone(row.skippedFor()))
                        .ints("graces", ExecutionDao::graceSeconds)
                        .instants("pinged", ExecutionDao::pingedAt)
                        .booleans("ping_failed", ExecutionDao::isReportedFailure));
    }

    private static @Nullable Ping ping(PendingExecution execution) {
        return execution.expected() == null ? null : execution.expected().ping();
    }

    private static @Nullable Integer graceSeconds(PendingExecution execution) {
        return execution.expected() == null
                ? null
                : (Integer) execution.expected().graceSeconds();
    }

    private static @Nullable Instant pingedAt(PendingExecution execution) {
        Ping ping = ping(execution);
        return ping == null ? null : ping.at();
    }

    private static boolean isReportedFailure(PendingExecution execution) {
        Ping ping = ping(execution);
        return ping != null && ping.isFailure();
    }

    private static long orNone(@Nullable Long id) {
        return id == null ? 0 : id;
    }

    /** The newest execution of each of these crons that is not resolved; a cron without one is missing. */
    public Map<Long, Long> openOf(Connection connection, Collection<Long> cronIds) throws SQLException {
        String sql = """
                select o.cron_id, max(o.id) from unnest(?) as c (id)
                 cross join lateral (
                   select cron_id, id from jobs where cron_id = c.id and %s order by id desc limit 1) o
                 group by o.cron_id
                """.formatted(IS_OPEN);
        return Rows.map(connection, sql, Rows.ids(cronIds), row -> row.getLong(1), row -> row.getLong(2));
    }

    /**
     * An attempt of an execution that has not ended.
     *
     * @param oneShot what should be there to send or judge it
     */
    public record Pending(long id, OneShot oneShot) {}

    /** Attempts of executions whose crons are there that have not ended, by the ids of their executions. */
    public List<Pending> pendingAfter(Connection connection, long after, int max) throws SQLException {
        String sql = """
                select o.id as original, p.id, coalesce(p.gate_queue_id, p.queue_id) as gate, c.weight,
                       p.ping_grace is not null as awaits_ping,
                       case when p.ping_grace is null or p.pinged_at is not null then p.due_at
                            else p.due_at + p.ping_grace * interval '1 second' end as fires_at
                  from jobs o
                  join crons c on c.id = o.cron_id and c.removed_at is null
                 cross join lateral (
                   select * from jobs m where m.id = o.id and m.status = 'pending'
                   union all
                   select * from jobs m
                    where m.original_job_id = o.id and m.attempt_number > 1 and m.status = 'pending') p
                 where o.id > ? and %s
                 order by o.id
                 limit ?
                """.formatted(IS_OPEN_ORIGINAL);
        return Rows.list(
                connection,
                sql,
                values -> values.number(after).integer(max),
                row -> new Pending(row.getLong("original"), oneShot(row)));
    }

    private static OneShot oneShot(ResultSet row) throws SQLException {
        long gate = row.getLong("gate");
        long id = row.getLong("id");
        Instant firesAt = Rows.instant(row, "fires_at");
        return row.getBoolean("awaits_ping")
                ? Triggers.ofHeartbeat(gate, id, firesAt)
                : Triggers.ofJob(gate, id, firesAt, PendingExecution.PRIORITY, row.getInt("weight"));
    }

    /**
     * Keeps attempts as they are until the transaction ends. One that looks at a single moment fails when somebody has changed
     * one of them since.
     */
    public void hold(Connection connection, Collection<Long> ids) throws SQLException {
        String sql = "select id from jobs where id = any (?) order by id for no key update";
        Rows.list(connection, sql, Rows.ids(ids), row -> row.getLong(1));
    }

    /**
     * Notes a ping of all executions of a cron that wait for one.
     *
     * @return what is to judge them now
     */
    public List<OneShot> notePing(Connection connection, long cronId, Ping ping) throws SQLException {
        String sql = """
                update jobs set pinged_at = to_timestamp(? / 1000::float8), ping_failed = ?
                 where cron_id = ? and %s and ping_grace is not null and pinged_at is null
                returning id, queue_id
                """.formatted(IS_OPEN);
        return Rows.list(
                connection,
                sql,
                values -> values.number(ping.at().toEpochMilli())
                        .flag(ping.isFailure())
                        .number(cronId),
                row -> Triggers.ofHeartbeat(row.getLong("queue_id"), row.getLong("id"), ping.at()));
    }

    /** Those of the executions that have got a ping; none gets one any more until the transaction ends. */
    public Set<Long> lockPinged(Connection connection, Collection<Long> executionIds) throws SQLException {
        String sql = "select id, pinged_at is not null from jobs where id = any (?) order by id for no key update";
        Map<Long, Boolean> pinged =
                Rows.map(connection, sql, Rows.ids(executionIds), row -> row.getLong(1), row -> row.getBoolean(2));
        return pinged.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** The ping that an execution has got; empty when none has come. */
    public Optional<Ping> pingOf(Connection connection, long executionId) throws SQLException {
        String sql = "select pinged_at, ping_failed from jobs where id = ? and pinged_at is not null";
        return Rows.first(
                connection,
                sql,
                values -> values.number(executionId),
                row -> new Ping(Rows.instant(row, "pinged_at"), row.getBoolean("ping_failed")));
    }

    /** Some executions of a cron: first those that are not resolved, which are counted and have one-shots, then the oldest. */
    public List<Long> someOf(Connection connection, long cronId, int max) throws SQLException {
        String sql = """
                select id from (
                  (select id, 0 as turn from jobs where cron_id = ? and %s order by id limit ?)
                  union all
                  (select id, 1 from jobs where cron_id = ? and attempt_number = 1 order by id limit ?)) s
                 group by id
                 order by min(turn), id
                 limit ?
                """.formatted(IS_OPEN);
        return Rows.list(
                connection,
                sql,
                values -> values.number(cronId)
                        .integer(max)
                        .number(cronId)
                        .integer(max)
                        .integer(max),
                row -> row.getLong(1));
    }

    /** The one-shots of those of these attempts that are pending. */
    public List<OneShotKey> triggersOf(Connection connection, Collection<Long> jobIds) throws SQLException {
        String sql = """
                select id, coalesce(gate_queue_id, queue_id), ping_grace is not null from jobs
                 where id = any (?) and status = 'pending'
                """;
        return Rows.list(
                connection,
                sql,
                Rows.ids(jobIds),
                row -> row.getBoolean(3)
                        ? Triggers.keyOfHeartbeat(row.getLong(2), row.getLong(1))
                        : Triggers.keyOfJob(row.getLong(2), row.getLong(1)));
    }

    /**
     * How many of these executions are to be sent and are not resolved, by the queue whose limits hold for them; for those
     * without one it is the number of {@link NoQueue}.
     */
    public Map<Long, Integer> openByGate(Connection connection, Collection<Long> executionIds) throws SQLException {
        String sql = """
                select coalesce(gate_queue_id, queue_id), count(*) from jobs
                 where id = any (?) and ping_grace is null and %s
                 group by 1
                """.formatted(IS_OPEN);
        return Rows.map(connection, sql, Rows.ids(executionIds), row -> row.getLong(1), row -> row.getInt(2));
    }
}
