package dev.posthaste.jobs;

import dev.posthaste.contract.ContractName;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import dev.posthaste.sql.StorableText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code runs} table, partitioned by the day of {@code started_at}. Thread-safe: holds no state. */
public final class RunDao {
    private static final NamedSql INSERT = NamedSql.of("""
            insert into runs
              (job_id, started_at, executed_at, duration_ms, request_headers, response_status, response_headers,
               response_body, response_encoding, response_truncated, failure_reason, error_message)
            select job_id, to_timestamp(started_ms / 1000::float8), to_timestamp(executed_ms / 1000::float8), duration_ms,
                   request_headers, response_status, response_headers, response_body, response_encoding,
                   response_truncated, failure_reason, error_message
              from unnest(:jobs, :started, :executed, :durations, :request_headers, :statuses, :response_headers, :bodies,
                          :encodings, :truncated, :failures, :messages) as t
                (job_id, started_ms, executed_ms, duration_ms, request_headers, response_status,
                 response_headers, response_body, response_encoding, response_truncated, failure_reason,
                 error_message)
            """);

    /** Writes runs; their {@link Run#id()} is ignored, the table gives one. Each statement writes a bounded number of bytes. */
    public List<BoundStatement> insertions(Collection<Run> runs) {
        return Pieces.of(runs, RunDao::bytesOf).stream().map(RunDao::insertion).toList();
    }

    private static long bytesOf(Run run) {
        return run.responseBody() == null ? 0 : run.responseBody().length();
    }

    private static BoundStatement insertion(Collection<Run> runs) {
        return BoundStatement.effect(
                INSERT,
                values -> values.rows(runs)
                        .longs("jobs", Run::jobId)
                        .instants("started", Run::startedAt)
                        .instants("executed", Run::executedAt)
                        .ints("durations", Run::durationMs)
                        .texts("request_headers", run -> StorableText.of(JobText.headers(run.requestHeaders())))
                        .ints("statuses", Run::responseStatus)
                        .texts("response_headers", RunDao::responseHeaders)
                        .texts("bodies", run -> StorableText.of(run.responseBody()))
                        .texts("encodings", Run::responseEncoding)
                        .booleans("truncated", Run::responseTruncated)
                        .texts("failures", run -> ContractName.orNull(run.failureReason()))
                        .texts("messages", run -> StorableText.of(run.errorMessage())));
    }

    /** The runs of a job, oldest first. */
    List<Run> of(Connection connection, Job job) throws SQLException {
        return of(connection, job.id(), job.request().body());
    }

    /**
     * The same.
     *
     * @param body what each of them has sent, null for nothing
     */
    List<Run> of(Connection connection, long jobId, @Nullable RequestBody body) throws SQLException {
        String sql = """
                select id, started_at, executed_at, duration_ms, request_headers, response_status, response_headers,
                       response_body, response_encoding, response_truncated, failure_reason, error_message
                  from runs where job_id = ? order by id
                """;
        return Rows.list(connection, sql, values -> values.number(jobId), row -> read(row, jobId, body));
    }

    private static Run read(ResultSet row, long jobId, @Nullable RequestBody body) throws SQLException {
        String responseHeaders = row.getString("response_headers");
        return new Run(
                row.getLong("id"),
                jobId,
                Rows.instant(row, "started_at"),
                Rows.instantOrNull(row, "executed_at"),
                row.getObject("duration_ms", Integer.class),
                JobText.headers(row.getString("request_headers")),
                body == null ? null : body.text(),
                row.getObject("response_status", Integer.class),
                responseHeaders == null ? null : JobText.headers(responseHeaders),
                row.getString("response_body"),
                row.getString("response_encoding"),
                row.getBoolean("response_truncated"),
                Columns.constantOrNull(row, "failure_reason", FailureReason.class),
                row.getString("error_message"));
    }

    private static @Nullable String responseHeaders(Run run) {
        return run.responseHeaders() == null ? null : StorableText.of(JobText.headers(run.responseHeaders()));
    }

    /**
     * Makes the partition of the day of {@code instant} (UTC), unless it is there, or somebody is using {@code runs} in a
     * way that deliveries would have to wait for. What the default partition has taken of that day stays there, and the
     * day's own begins behind it.
     */
    public void makePartition(Connection connection, Instant instant) throws SQLException {
        LocalDate day = instant.atOffset(ZoneOffset.UTC).toLocalDate();
        String name = "runs_" + day.toString().replace("-", "");
        // Asked first, because making a partition locks the default one even where there is nothing to make.
        String sql = "select to_regclass(?) is not null";
        if (Rows.one(connection, sql, values -> values.text(name), row -> row.getBoolean(1))) {
            return;
        }
        impatiently(connection, statement -> {
            // So that no run of that day gets into the default partition between the look and the making.
            statement.execute("lock table only runs, only runs_default in access exclusive mode");
            String end = day.plusDays(1) + " 00:00:00+00";
            String begin = firstFree(statement, day + " 00:00:00+00", end);
            statement.execute("create table if not exists " + name + " partition of runs for values from ('" + begin
                    + "') to ('" + end + "')");
        });
    }

    private static String firstFree(Statement statement, String begin, String end) throws SQLException {
        String sql = "select coalesce(max(started_at) + interval '1 microsecond', '" + begin
                + "')::text from runs_default" + " where started_at >= '" + begin + "' and started_at < '" + end + "'";
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** The partitions of days that ended before {@code instant}, by name. */
    public List<String> partitionsBefore(Connection connection, Instant instant) throws SQLException {
        String sql = """
                select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
                 where i.inhparent = 'runs'::regclass and c.relname ~ '^runs_[0-9]{8}$' and c.relname < ?
                 order by c.relname
                """;
        LocalDate day = instant.atOffset(ZoneOffset.UTC).toLocalDate();
        String first = "runs_" + day.toString().replace("-", "");
        return Rows.list(connection, sql, values -> values.text(first), row -> row.getString(1));
    }

    /** Drops a partition, unless deliveries would have to wait for it. */
    public void dropPartition(Connection connection, String name) throws SQLException {
        impatiently(connection, statement -> statement.execute("drop table if exists " + name));
    }

    private interface Change {
        void by(Statement statement) throws SQLException;
    }

    /**
     * In a transaction of its own, and without waiting: who wants the table for himself holds up all that come after him,
     * so he gives up soon.
     */
    private static void impatiently(Connection connection, Change change) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '200ms'");
            change.by(statement);
            connection.commit();
        } catch (SQLException | RuntimeException | Error e) {
            // What follows would commit what was not meant to be.
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** Whether a partition could not be made or dropped because somebody is using {@code runs}: the next one cannot either. */
    public static boolean isInUse(SQLException failure) {
        return "55P03".equals(failure.getSQLState());
    }

    /** Removes runs that no day's partition took and that began before {@code instant}, at most so many. */
    public int removeStray(Connection connection, Instant instant, int max) throws SQLException {
        String sql = """
                delete from runs_default
                 where ctid = any (array(
                   select ctid from runs_default where started_at < to_timestamp(? / 1000::float8) limit ?))
                """;
        return Rows.update(
                connection, sql, values -> values.number(instant.toEpochMilli()).integer(max));
    }
}
