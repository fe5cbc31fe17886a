package dev.posthaste.recurring;

import dev.posthaste.jobs.Ping;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code crons} as they are fired: what is due, what of it a transaction holds, and how its executions ended. What
 * is removed is found no more, though its row is still there. What is set of a cron is {@link CronSettingsDao}'s. The
 * connection, and so the transaction, is the caller's. Thread-safe: holds no state.
 */
public final class CronDao {
    private static final long NONE = 0;

    private static final String OF_DUE =
            "c.id, c.team_id, c.name, c.request_id, c.weight, c.cron_expression, c.timezone,"
                    + " c.overlap, c.queue_id, c.next_fire_at, c.grace_seconds, c.early_ping_at,"
                    + " c.early_execution, c.last_ping_at, c.consecutive_failures > 0 as is_failing, c.ping_deadline_at";

    /** With a join, because these rows are locked: nobody is waited for. */
    private static final NamedSql ADVANCE = NamedSql.of("""
            update crons c
               set next_fire_at = to_timestamp(n.at_ms / 1000::float8), early_ping_at = null,
                   early_execution = null, ping_deadline_at = to_timestamp(n.deadline_ms / 1000::float8)
              from unnest(:ids, :at, :deadlines) as n (id, at_ms, deadline_ms)
             where c.id = n.id
            """);

    private static final NamedSql PINGED = NamedSql.of("""
            update crons
               set last_ping_at = to_timestamp(:at / 1000::float8),
                   early_ping_at = case when :is_early then to_timestamp(:at / 1000::float8)
                                        when not :is_failure or early_execution is not null then early_ping_at end,
                   early_execution = case when :is_early then nullif(:early_execution, 0)
                                          when not :is_failure or early_execution is not null then early_execution end
             where id = :id
            """);

    /** Without a join, so that its plan, which is kept, finds the rows by their ids whatever it was made for. */
    private static final NamedSql ENDED = NamedSql.of("""
            update crons c
               set (last_status, last_executed_at, consecutive_failures, alerted) = (
                 select (:statuses::text[])[p.place], to_timestamp((:at::bigint[])[p.place] / 1000::float8),
                        (:failures::int[])[p.place]
                          + case when (:successes::boolean[])[p.place] then 0 else c.consecutive_failures end,
                        case when (:successes::boolean[])[p.place]
                             then (:failures::int[])[p.place] >= c.alert_threshold
                             else c.alerted or c.consecutive_failures + (:failures::int[])[p.place] >= c.alert_threshold
                        end
                   from (select width_bucket(c.id, :ids::bigint[]) as place offset 0) p)
             where c.id = any (:ids)
            """);

    /**
     * Takes crons that are due and locks their rows, the longest due first; those that others have locked are passed over.
     *
     * @param except not these
     */
    List<DueCron> takeDue(Connection connection, int max, Collection<Long> except) throws SQLException {
        // The statement's time, which an index can be searched by; it is not after the clock's.
        String sql = """
                select %s from crons c
                 where c.next_fire_at <= statement_timestamp() and c.id <> all (?)
                 order by c.next_fire_at
                 limit ?
                   for update skip locked
                """.formatted(OF_DUE);
        return Rows.list(connection, sql, values -> values.numbers(except).integer(max), CronDao::readDue);
    }

    /** Keeps others from changing and firing one until the transaction ends, due or not; empty when the team has no such cron. */
    Optional<DueCron> take(Connection connection, long teamId, long cronId) throws SQLException {
        String sql = "select " + OF_DUE + " from crons c"
                + " where c.id = ? and c.team_id = ? and c.removed_at is null for update";
        return Rows.first(connection, sql, values -> values.number(cronId).number(teamId), CronDao::readDue);
    }

    private static DueCron readDue(ResultSet row) throws SQLException {
        return new DueCron(
                row.getLong("id"),
                row.getLong("team_id"),
                row.getString("name"),
                row.getLong("request_id"),
                row.getInt("weight"),
                new Timing(row.getString("cron_expression"), row.getString("timezone")),
                Overlap.of(row),
                row.getObject("queue_id", Long.class),
                Rows.instantOrNull(row, "next_fire_at"),
                pings(row));
    }

    private static DueCron.@Nullable Heartbeat pings(ResultSet row) throws SQLException {
        Integer grace = row.getObject("grace_seconds", Integer.class);
        return grace == null
                ? null
                : new DueCron.Heartbeat(
                        grace,
                        Rows.instantOrNull(row, "early_ping_at"),
                        row.getObject("early_execution", Long.class),
                        Rows.instantOrNull(row, "last_ping_at"),
                        row.getBoolean("is_failing"),
                        Rows.instantOrNull(row, "ping_deadline_at"));
    }

    /** Keeps the cron with that digest of its secret from being fired, changed and pinged by others; empty when there is none. */
    Optional<DueCron> takePinged(Connection connection, byte[] sha256) throws SQLException {
        String sql = "select " + OF_DUE
                + " from crons c where c.ping_sha256 = decode(?, 'hex') and c.removed_at is null for update";
        return Rows.first(connection, sql, values -> values.text(HexFormat.of().formatHex(sha256)), CronDao::readDue);
    }

    /**
     * Notes a ping of a cron that the transaction holds.
     *
     * @param isEarly whether it counts for the next fire; a failure that does not takes back one that did
     * @param earlyExecution the execution that it has made and that the fire is skipped for, null for none
     */
    void pinged(Connection connection, long cronId, Ping ping, boolean isEarly, @Nullable Long earlyExecution)
            throws SQLException {
        PINGED.update(
                connection,
                values -> values.number("at", ping.at().toEpochMilli())
                        .flag("is_early", isEarly)
                        .flag("is_failure", ping.isFailure())
                        .number("early_execution", earlyExecution == null ? NONE : earlyExecution)
                        .number("id", cronId));
    }

    /** Moves the next fires of crons that the transaction has locked. */
    void advance(Connection connection, Collection<FireCrons.Next> next) throws SQLException {
        ADVANCE.update(
                connection,
                values -> values.rows(next)
                        .longs("ids", FireCrons.Next::cronId)
                        .instants("at", FireCrons.Next::at)
                        .instants("deadlines", FireCrons.Next::pingDeadline));
    }

    /**
     * In how many milliseconds the next cron is due; negative when one has been.
     *
     * @param except not these
     * @param never what to return when there is none
     */
    long msToNext(Connection connection, Collection<Long> except, long never) throws SQLException {
        String sql = """
                select coalesce(ceil(extract(epoch from min(next_fire_at) - clock_timestamp()) * 1000)::bigint, ?)
                  from crons where next_fire_at is not null and id <> all (?)
                """;
        return Rows.one(connection, sql, values -> values.number(never).numbers(except), row -> row.getLong(1));
    }

    /**
     * Keeps crons from being removed, changed and fired until the transaction ends; returns those that are there, by id. In the order
     * of their ids, so that two that hold several do not wait for each other.
     */
    public Map<Long, HeldCron> hold(Connection connection, Collection<Long> cronIds) throws SQLException {
        String sql = """
                select id, team_id, name, alert_threshold, consecutive_failures, alerted
                  from crons where id = any (?) and removed_at is null order by id for no key update
                """;
        return Rows.map(
                connection,
                sql,
                Rows.ids(cronIds),
                row -> row.getLong("id"),
                row -> new HeldCron(
                        row.getLong("id"),
                        row.getLong("team_id"),
                        row.getString("name"),
                        row.getInt("alert_threshold"),
                        row.getInt("consecutive_failures"),
                        row.getBoolean("alerted")));
    }

    /** Whether the cron is there and not deleted; it may go at any time. */
    public boolean isThere(Connection connection, long cronId) throws SQLException {
        String sql = "select exists (select 1 from crons where id = ? and removed_at is null)";
        return Rows.one(connection, sql, values -> values.number(cronId), row -> row.getBoolean(1));
    }

    /** Records how executions of crons ended that the transaction holds, each cron once. */
    public BoundStatement ended(Collection<CronEnd> ends) {
        List<CronEnd> inOrder = ends.stream()
                .sorted((one, other) -> Long.compare(one.cronId(), other.cronId()))
                .toList();
        return BoundStatement.effect(
                ENDED,
                values -> values.rows(inOrder)
                        .longs("ids", CronEnd::cronId)
                        .texts("statuses", end -> end.last().contractName())
                        .instants("at", CronEnd::at)
                        .ints("failures", CronEnd::failures)
                        .booleans("successes", CronEnd::hasSuccess));
    }

    /** The database's clock, to the millisecond. */
    Instant now(Connection connection) throws SQLException {
        String sql = "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint";
        return Instant.ofEpochMilli(Rows.one(connection, sql, Parameters.NONE, row -> row.getLong(1)));
    }
}
