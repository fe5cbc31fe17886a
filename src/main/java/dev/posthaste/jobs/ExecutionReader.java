package dev.posthaste.jobs;

import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.redaction.Redaction;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Reads the executions of crons as clients see them. One of which an attempt has been claimed is {@code processing}; that is
 * read from the triggers and never written. Thread-safe.
 */
public final class ExecutionReader {
    /** Of what is not resolved, or has a tag, so many are looked at: whether they are being sent no index knows. */
    private static final int LOOKED_AT = 1_000;

    private static final String IS_OF_CRON = """
            o.cron_id = :cron and o.attempt_number = 1
              and exists (select 1 from crons c where c.id = o.cron_id and c.team_id = :team and c.removed_at is null)""";

    private static final NamedSql ONE = NamedSql.of("select o.id from jobs o where o.id = :id and " + IS_OF_CRON);

    private static final String STATUS = """
            case when o.status = 'skipped' then 'skipped'
                 when o.final_status = 'success' then 'completed'
                 when o.final_status in ('dead_lettered', 'failed_no_retries') then 'failed'
                 when o.final_status = 'cancelled' then 'cancelled'
                 else 'pending' end""";

    private static final NamedSql NEWEST = NamedSql.of("""
            select o.id, coalesce(:tag = any (r.tags), :tag::text is null) as fits
              from jobs o join requests r on r.id = o.request_id
             where %s and o.id < :before and (:status::text is null or %s = :status)
             order by o.id desc
             limit :limit
            """.formatted(IS_OF_CRON, STATUS));

    private static final NamedSql NEWEST_STATUSES = NamedSql.of("""
            select %s as seen, coalesce(o.gate_queue_id, o.queue_id) as gate, coalesce(l.id, o.id) as last_id
              from (select * from jobs o where %s order by o.id desc limit :limit) o
              left join lateral (
                select max(m.id) as id from jobs m where m.original_job_id = o.id and m.attempt_number > 1) l on true
             order by o.id desc
            """.formatted(STATUS, IS_OF_CRON));

    private final Jdbi database;
    private final OneShots oneShots;
    private final RunDao runs;
    private final CallbackDao callbacks;

    /** Reads the triggers of executions through {@code oneShots}. */
    public ExecutionReader(Jdbi database, OneShots oneShots, RunDao runs, CallbackDao callbacks) {
        this.database = database;
        this.oneShots = oneShots;
        this.runs = runs;
        this.callbacks = callbacks;
    }

    /** Those with an id smaller than {@code before}; none when the team has no such cron. */
    public ExecutionPage list(long teamId, long cronId, ExecutionFilter filter, long before, int limit)
            throws SQLException {
        // One snapshot, so that what is shown agrees with itself.
        return database.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ,
                handle -> list(handle.getConnection(), teamId, cronId, filter, before, limit));
    }

    private ExecutionPage list(
            Connection connection, long teamId, long cronId, ExecutionFilter filter, long before, int limit)
            throws SQLException {
        ExecutionStatus status = filter.status();
        boolean isOpen = status == ExecutionStatus.PENDING || status == ExecutionStatus.PROCESSING;
        boolean isSearch = isOpen || filter.tag() != null;
        int lookAt = isSearch ? LOOKED_AT : limit + 1;
        NamedSql.Binding binding = values -> values.number("cron", cronId)
                .number("team", teamId)
                .number("before", before)
                .text("status", status == null ? null : isOpen ? "pending" : status.contractName())
                .text("tag", filter.tag())
                .integer("limit", lookAt);
        List<Long> looked = new ArrayList<>();
        List<Long> ids = new ArrayList<>();
        NEWEST.each(connection, binding, row -> {
            looked.add(row.getLong("id"));
            if (row.getBoolean("fits")) {
                ids.add(row.getLong("id"));
            }
        });
        List<Execution> found = read(connection, ids).stream()
                .filter(execution -> status == null || execution.status() == status)
                .toList();
        if (found.size() > limit) {
            return new ExecutionPage(
                    found.subList(0, limit), found.get(limit - 1).id());
        }
        return new ExecutionPage(found, isSearch && looked.size() == lookAt ? looked.get(lookAt - 1) : null);
    }

    /** The statuses of a cron's newest executions, newest first. */
    public List<ExecutionStatus> recent(long teamId, long cronId, int max) throws SQLException {
        return database.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, handle -> {
            Connection connection = handle.getConnection();
            List<Stored> stored = new ArrayList<>();
            NEWEST_STATUSES.each(
                    connection,
                    values ->
                            values.number("cron", cronId).number("team", teamId).integer("limit", max),
                    row -> stored.add(new Stored(
                            Columns.constant(row, "seen", ExecutionStatus.class),
                            Triggers.keyOfJob(row.getLong("gate"), row.getLong("last_id")))));
            Set<OneShotKey> inFlight = inFlight(connection, stored);
            return stored.stream()
                    .map(one -> inFlight.contains(one.key()) ? ExecutionStatus.PROCESSING : one.status())
                    .toList();
        });
    }

    /** @param key of its last attempt */
    private record Stored(ExecutionStatus status, OneShotKey key) {}

    private Set<OneShotKey> inFlight(Connection connection, List<Stored> stored) throws SQLException {
        Set<OneShotKey> pending = stored.stream()
                .filter(one -> one.status() == ExecutionStatus.PENDING)
                .map(Stored::key)
                .collect(Collectors.toSet());
        return pending.isEmpty() ? Set.of() : oneShots.inFlight(connection, pending);
    }

    /** The execution with all that belongs to it; empty when the team has no such one of that cron. */
    public Optional<ExecutionDetails> find(long teamId, long cronId, long executionId) throws SQLException {
        return database.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ,
                handle -> find(handle.getConnection(), teamId, cronId, executionId));
    }

    private Optional<ExecutionDetails> find(Connection connection, long teamId, long cronId, long executionId)
            throws SQLException {
        NamedSql.Binding binding = values ->
                values.number("id", executionId).number("cron", cronId).number("team", teamId);
        if (ONE.first(connection, binding, row -> row.getLong(1)).isEmpty()) {
            return Optional.empty();
        }
        Execution execution = read(connection, List.of(executionId)).get(0);
        List<ChainLink> chain = new ArrayList<>();
        List<Run> allRuns = new ArrayList<>();
        List<Callback> allCallbacks = new ArrayList<>();
        RequestBody body = body(connection, executionId);
        for (ChainLink link : execution.skippedFor() == null ? chain(connection, executionId) : List.<ChainLink>of()) {
            boolean isInFlight = link.status() == JobStatus.PENDING && execution.status() == ExecutionStatus.PROCESSING;
            chain.add(isInFlight ? link.processing() : link);
            allRuns.addAll(runs.of(connection, link.id(), body));
            allCallbacks.addAll(callbacks.of(connection, link.id()));
        }
        return Optional.of(new ExecutionDetails(execution, allRuns, allCallbacks, chain));
    }

    /** How many bytes it takes to show one, to be asked before they are read; 0 when there is none. */
    public long bytesOf(long cronId, long executionId) throws SQLException {
        String sql = """
                select coalesce(octet_length(r.body), 0) + octet_length(r.headers)
                     + (select coalesce(sum(coalesce(octet_length(u.response_body), 0)
                                          + coalesce(octet_length(u.response_headers), 0)
                                          + coalesce(octet_length(r.body), 0) + octet_length(u.request_headers)), 0)
                          from runs u
                         where u.job_id = o.id
                            or u.job_id in (select m.id from jobs m
                                             where m.original_job_id = o.id and m.attempt_number > 1))
                  from jobs o join requests r on r.id = o.request_id
                 where o.id = ? and o.cron_id = ?
                """;
        return database.withHandle(handle -> Rows.first(
                        handle.getConnection(),
                        sql,
                        values -> values.number(executionId).number(cronId),
                        row -> row.getLong(1))
                .orElse(0L));
    }

    private static @Nullable RequestBody body(Connection connection, long executionId) throws SQLException {
        String sql = "select %s from jobs o join requests r on r.id = o.request_id where o.id = ?"
                .formatted(RequestDao.COLUMNS);
        return Rows.one(connection, sql, values -> values.number(executionId), RequestDao::read)
                .body();
    }

    private static List<ChainLink> chain(Connection connection, long executionId) throws SQLException {
        return JobReader.storedChain(connection, executionId);
    }

    private List<Execution> read(Connection connection, List<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return List.of();
        }
        // Of the partitions of runs only those of its days are read, with a day for clocks that differ.
        String sql = """
                select o.id, o.cron_id, o.cron_trigger, o.due_at, o.skipped_for, o.ping_grace, r.redact, r.tags,
                       q.redact as queue_redact,
                       %s as seen, coalesce(o.gate_queue_id, o.queue_id) as gate, coalesce(l.id, o.id) as last_id,
                       coalesce(l.attempt_number, 1) as attempts, run.*
                  from unnest(?) as wanted (id)
                  join jobs o on o.id = wanted.id
                  join requests r on r.id = o.request_id
                  left join queues q on q.id = o.gate_queue_id
                  left join lateral (
                    select m.id, m.attempt_number, m.created_at, m.concluded_at from jobs m
                     where m.original_job_id = o.id and m.attempt_number > 1
                     order by m.attempt_number desc limit 1) l on true
                  left join lateral (
                    select n.started_at, n.executed_at, n.duration_ms, n.response_status, n.failure_reason,
                           n.error_message
                      from runs n
                     where n.job_id = any (array(
                             select m.id from jobs m where m.original_job_id = o.id and m.attempt_number > 1) || o.id)
                       and n.started_at >= o.created_at - interval '1 day'
                       and n.started_at <= coalesce(l.concluded_at, o.concluded_at, 'infinity') + interval '1 day'
                     order by n.id desc limit 1) run on true
                 order by o.id desc
                """.formatted(STATUS);
        List<Execution> executions = new ArrayList<>();
        List<Stored> stored = new ArrayList<>();
        Rows.each(connection, sql, Rows.ids(ids), row -> {
            Execution execution = read(row);
            executions.add(execution);
            stored.add(new Stored(execution.status(), Triggers.keyOfJob(row.getLong("gate"), row.getLong("last_id"))));
        });
        Set<OneShotKey> inFlight = inFlight(connection, stored);
        List<Execution> seen = new ArrayList<>(executions.size());
        for (int i = 0; i < executions.size(); i++) {
            boolean isInFlight = inFlight.contains(stored.get(i).key());
            seen.add(isInFlight ? executions.get(i).processing() : executions.get(i));
        }
        return seen;
    }

    private static Execution read(ResultSet row) throws SQLException {
        Long skippedFor = row.getObject("skipped_for", Long.class);
        return new Execution(
                row.getLong("id"),
                row.getLong("cron_id"),
                Columns.constant(row, "cron_trigger", ExecutionTrigger.class),
                Columns.constant(row, "seen", ExecutionStatus.class),
                Rows.instant(row, "due_at"),
                skippedFor == null ? row.getInt("attempts") : 0,
                skippedFor,
                row.getObject("ping_grace") != null,
                row.getObject("started_at") == null ? null : lastRun(row),
                Redaction.ofText(row.getString("redact")).and(Redaction.ofText(row.getString("queue_redact"))),
                JobText.texts(row.getArray("tags")));
    }

    private static Execution.LastRun lastRun(ResultSet row) throws SQLException {
        return new Execution.LastRun(
                Rows.instant(row, "started_at"),
                Rows.instantOrNull(row, "executed_at"),
                row.getObject("duration_ms", Integer.class),
                row.getObject("response_status", Integer.class),
                Columns.constantOrNull(row, "failure_reason", FailureReason.class),
                row.getString("error_message"));
    }
}
