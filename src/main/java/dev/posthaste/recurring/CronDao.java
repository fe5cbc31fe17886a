package dev.posthaste.recurring;

import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.ExecutionStatus;
import dev.posthaste.jobs.Ping;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.jobs.Weight;
import dev.posthaste.redaction.Redaction;
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
 * The {@code crons} table, and the requests that its crons have replaced. What is removed is found no more, though its row
 * is still there. The connection, and so the transaction, is the caller's. Thread-safe: holds no state.
 */
public final class CronDao {
    private static final String COLUMNS = """
            c.id, c.name, c.request_id, c.cron_expression, c.timezone, c.is_active, c.success_assertions, c.overlap,
            q.name as queue, q.redact as queue_redact, c.alert_threshold, c.next_fire_at, c.last_status, c.last_executed_at,
            c.consecutive_failures, c.alerted, c.created_at, c.grace_seconds, c.ping_secret""";

    /** No fire is at that time. */
    private static final long NEVER = 0;

    /** Keeps a team from being removed until the transaction ends; false when it is gone. */
    boolean holdTeam(Connection connection, long teamId) throws SQLException {
        String sql = "select 1 from teams where id = ? and removed_at is null for key share";
        return Rows.exist(connection, sql, values -> values.number(teamId));
    }

    /** So many rows a page with a filter looks at. */
    private static final int LOOKED_AT = 2_000;

    /** No queue has that id. */
    private static final long NONE = 0;

    private static final NamedSql INSERT = NamedSql.of("""
            insert into crons (team_id, name, request_id, weight, cron_expression, timezone, is_active,
              success_assertions, overlap, queue_id, alert_threshold, next_fire_at, grace_seconds, ping_secret, ping_sha256)
            values (:team, :name, :request, :weight, :expression, :timezone, :is_active, :success_assertions, :overlap,
              nullif(:queue, 0), :alert_threshold, to_timestamp(nullif(:next, 0) / 1000::float8), nullif(:grace, 0),
              :ping_secret, sha256(convert_to(:ping_secret, 'UTF8')))
            returning id
            """);

    private static final NamedSql UPDATE = NamedSql.of("""
            update crons
               set name = :name, request_id = :request, weight = :weight, cron_expression = :expression,
                   timezone = :timezone, is_active = :is_active, success_assertions = :success_assertions,
                   overlap = :overlap, queue_id = nullif(:queue, 0), alert_threshold = :alert_threshold,
                   next_fire_at = to_timestamp(nullif(:next, 0) / 1000::float8), grace_seconds = nullif(:grace, 0)
             where id = :id
            """);

    private static final String OF_DUE =
            "c.id, c.team_id, c.name, c.request_id, c.weight, c.cron_expression, c.timezone,"
                    + " c.overlap, c.queue_id, c.next_fire_at, c.grace_seconds, c.early_ping_at,"
                    + " c.early_ping_failed, c.ping_deadline_at";

    private static final String OF_WAITING =
            "id, is_active and removed_at is null as is_to_fire, cron_expression, timezone, next_fire_at";

    /** With a join, because these rows are locked: nobody is waited for. */
    private static final NamedSql ADVANCE = NamedSql.of("""
            update crons c
               set next_fire_at = to_timestamp(n.at_ms / 1000::float8), early_ping_at = null,
                   early_ping_failed = null, ping_deadline_at = to_timestamp(n.deadline_ms / 1000::float8)
              from unnest(:ids, :at, :deadlines) as n (id, at_ms, deadline_ms)
             where c.id = n.id
            """);

    private static final NamedSql PINGED = NamedSql.of("""
            update crons
               set last_ping_at = to_timestamp(:at / 1000::float8),
                   early_ping_at = case when :is_early then to_timestamp(:at / 1000::float8)
                                        when not :is_failure then early_ping_at end,
                   early_ping_failed = case when :is_early then :is_failure
                                            when not :is_failure then early_ping_failed end
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

    private static final NamedSql LIST = NamedSql.of("""
            select %s, %s
              from crons c
              join requests r on r.id = c.request_id
              left join queues q on q.id = c.queue_id
             where c.team_id = :team and c.removed_at is null and c.id + 0 < :before and c.id + 0 >= :from
               and (:is_active::boolean is null or c.is_active = :is_active::boolean)
               and (:name::text is null or strpos(lower(c.name), lower(:name)) > 0)
               and (:url::text is null or strpos(lower(r.url), lower(:url)) > 0)
             order by c.id + 0 desc
             limit :limit
            """.formatted(COLUMNS, RequestDao.COLUMNS_WITHOUT_BODIES));

    /**
     * What a list is filtered by; null for anything.
     *
     * @param name a part of the name, whatever its case
     * @param url a part of the URL, likewise
     */
    public record Filter(
            @Nullable Boolean isActive,
            @Nullable String name,
            @Nullable String url) {
        private boolean isAny() {
            return isActive == null && name == null && url == null;
        }
    }

    /**
     * What a cron's row is to say.
     *
     * @param requestId under which the settings' request is kept
     * @param queueId of the settings' queue, null for none
     * @param nextFireAt null while it is paused
     */
    record Kept(
            CronSettings settings,
            long requestId,
            @Nullable Long queueId,
            @Nullable Instant nextFireAt) {}

    /**
     * Writes a new one; its id.
     *
     * @param pingSecret null for one that expects no ping
     */
    long insert(Connection connection, long teamId, Kept kept, @Nullable PingSecret pingSecret) throws SQLException {
        return INSERT.first(
                        connection,
                        values -> bind(
                                values.number("team", teamId)
                                        .text("ping_secret", pingSecret == null ? null : pingSecret.value()),
                                kept),
                        row -> row.getLong(1))
                .orElseThrow();
    }

    /** Changes one whose row the transaction has locked. */
    void update(Connection connection, long cronId, Kept kept) throws SQLException {
        UPDATE.update(connection, values -> bind(values.number("id", cronId), kept));
    }

    private static void bind(NamedSql.Values values, Kept kept) throws SQLException {
        CronSettings settings = kept.settings();
        values.text("name", settings.name())
                .number("request", kept.requestId())
                .integer("weight", Weight.of(settings.request()))
                .text("expression", settings.timing().expression())
                .text("timezone", settings.timing().timezone())
                .flag("is_active", settings.isActive())
                .text("success_assertions", settings.successAssertions())
                .text("overlap", settings.overlap().contractName())
                .number("queue", kept.queueId() == null ? NONE : kept.queueId())
                .integer("alert_threshold", settings.alertThreshold())
                .integer("grace", settings.graceSeconds() == null ? 0 : settings.graceSeconds())
                .number(
                        "next",
                        kept.nextFireAt() == null ? NEVER : kept.nextFireAt().toEpochMilli());
    }

    /** The cron; empty when the team has none with that id. */
    Optional<Cron> find(Connection connection, long teamId, long cronId) throws SQLException {
        String sql = """
                select %s, %s
                  from crons c
                  join requests r on r.id = c.request_id
                  left join queues q on q.id = c.queue_id
                 where c.id = ? and c.team_id = ? and c.removed_at is null
                """.formatted(COLUMNS, RequestDao.COLUMNS);
        return Rows.first(connection, sql, values -> values.number(cronId).number(teamId), CronDao::read);
    }

    boolean exists(Connection connection, long teamId, long cronId) throws SQLException {
        String sql = "select 1 from crons where id = ? and team_id = ? and removed_at is null";
        return Rows.exist(connection, sql, values -> values.number(cronId).number(teamId));
    }

    /** The bytes of its request as they are stored; 0 when the team has no such cron. */
    long bytesOf(Connection connection, long teamId, long cronId) throws SQLException {
        String sql = """
                select coalesce(octet_length(r.body), 0) + octet_length(r.headers) + octet_length(c.success_assertions)
                  from crons c join requests r on r.id = c.request_id
                 where c.id = ? and c.team_id = ? and c.removed_at is null
                """;
        return Rows.first(connection, sql, values -> values.number(cronId).number(teamId), row -> row.getLong(1))
                .orElse(0L);
    }

    /**
     * Crons of a team with a smaller id than {@code before}, newest first, without bodies. No index helps a filter, so that a
     * page looks at a bounded number of rows and may come back short.
     */
    CronPage list(Connection connection, long teamId, Filter filter, long before, int limit) throws SQLException {
        Looked looked = filter.isAny() ? Looked.AT_NONE : lookedAt(connection, teamId, before);
        NamedSql.Binding binding = values -> values.number("team", teamId)
                .number("before", before)
                .number("from", looked.last())
                .text(
                        "is_active",
                        filter.isActive() == null ? null : filter.isActive().toString())
                .text("name", filter.name())
                .text("url", filter.url())
                .integer("limit", limit + 1);
        List<Cron> found = Rows.list(connection, LIST.text(), LIST.binding(binding), CronDao::read);
        return found.size() > limit
                ? new CronPage(found.subList(0, limit), found.get(limit - 1).id())
                : new CronPage(found, looked.rows() == LOOKED_AT ? (Long) looked.last() : null);
    }

    /**
     * What a page looks at.
     *
     * @param last the smallest id among it
     */
    private record Looked(long last, int rows) {
        /** Without a filter there is nothing to look for. */
        static final Looked AT_NONE = new Looked(0, 0);
    }

    private static Looked lookedAt(Connection connection, long teamId, long before) throws SQLException {
        String sql = """
                select coalesce(min(id), 0), count(*) from (
                  select id from crons c
                   where c.team_id = ? and c.removed_at is null and c.id + 0 < ?
                   order by c.id + 0 desc
                   limit ?) looked
                """;
        return Rows.one(
                connection,
                sql,
                values -> values.number(teamId).number(before).integer(LOOKED_AT),
                row -> new Looked(row.getLong(1), row.getInt(2)));
    }

    private static Cron read(ResultSet row) throws SQLException {
        CronSettings settings = new CronSettings(
                row.getString("name"),
                RequestDao.read(row),
                new Timing(row.getString("cron_expression"), row.getString("timezone")),
                row.getBoolean("is_active"),
                row.getString("success_assertions"),
                constant(row, "overlap", Overlap.class).orElseThrow(),
                row.getString("queue"),
                row.getInt("alert_threshold"),
                row.getObject("grace_seconds", Integer.class));
        String pingSecret = row.getString("ping_secret");
        return new Cron(
                row.getLong("id"),
                settings,
                settings.request().redaction().and(Redaction.ofText(row.getString("queue_redact"))),
                row.getLong("request_id"),
                Rows.instantOrNull(row, "next_fire_at"),
                pingSecret == null ? null : new PingSecret(pingSecret),
                constant(row, "last_status", ExecutionStatus.class).orElse(null),
                Rows.instantOrNull(row, "last_executed_at"),
                row.getInt("consecutive_failures"),
                row.getBoolean("alerted"),
                Rows.instant(row, "created_at"));
    }

    private static <E extends Enum<E> & ContractName> Optional<E> constant(ResultSet row, String column, Class<E> type)
            throws SQLException {
        String name = row.getString(column);
        return name == null ? Optional.empty() : ContractName.find(type, name);
    }

    /** Notes that a cron sends a request no more. */
    void replaced(Connection connection, long cronId, long requestId) throws SQLException {
        Rows.update(
                connection,
                "insert into replaced_requests (id, cron_id) values (?, ?)",
                values -> values.number(requestId).number(cronId));
    }

    /** From the commit on it is seen, fired and recorded no more. */
    void markRemoved(Connection connection, long cronId) throws SQLException {
        String sql = "update crons set removed_at = clock_timestamp(), next_fire_at = null where id = ?";
        Rows.update(connection, sql, values -> values.number(cronId));
    }

    /** The same for all crons of a team. */
    public void markRemovedOf(Connection connection, long teamId) throws SQLException {
        String sql = """
                update crons set removed_at = clock_timestamp(), next_fire_at = null
                 where team_id = ? and removed_at is null
                """;
        Rows.update(connection, sql, values -> values.number(teamId));
    }

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
                constant(row, "overlap", Overlap.class).orElseThrow(),
                row.getObject("queue_id", Long.class),
                Rows.instantOrNull(row, "next_fire_at"),
                pings(row));
    }

    private static DueCron.@Nullable Heartbeat pings(ResultSet row) throws SQLException {
        Integer grace = row.getObject("grace_seconds", Integer.class);
        Instant early = Rows.instantOrNull(row, "early_ping_at");
        return grace == null
                ? null
                : new DueCron.Heartbeat(
                        grace,
                        early == null ? null : new Ping(early, row.getBoolean("early_ping_failed")),
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
     */
    void pinged(Connection connection, long cronId, Ping ping, boolean isEarly) throws SQLException {
        PINGED.update(
                connection,
                values -> values.number("at", ping.at().toEpochMilli())
                        .flag("is_early", isEarly)
                        .flag("is_failure", ping.isFailure())
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

    /** When crons fire, by their ids. */
    List<RepairCrons.Waiting> waiting(Connection connection, long after, int max) throws SQLException {
        String sql = "select " + OF_WAITING + " from crons where id > ? order by id limit ?";
        return Rows.list(connection, sql, values -> values.number(after).integer(max), CronDao::readWaiting);
    }

    /** The same of one, which is kept from being fired and changed until the transaction ends; empty when it is gone. */
    Optional<RepairCrons.Waiting> holdWaiting(Connection connection, long cronId) throws SQLException {
        String sql = "select " + OF_WAITING + " from crons where id = ? for update";
        return Rows.first(connection, sql, values -> values.number(cronId), CronDao::readWaiting);
    }

    private static RepairCrons.Waiting readWaiting(ResultSet row) throws SQLException {
        return new RepairCrons.Waiting(
                row.getLong("id"),
                row.getBoolean("is_to_fire"),
                new Timing(row.getString("cron_expression"), row.getString("timezone")),
                Rows.instantOrNull(row, "next_fire_at"));
    }

    /** @param at null for never */
    void setNextFire(Connection connection, long cronId, @Nullable Instant at) throws SQLException {
        String sql = "update crons set next_fire_at = to_timestamp(nullif(?, 0) / 1000::float8) where id = ?";
        Rows.update(
                connection,
                sql,
                values -> values.number(at == null ? NEVER : at.toEpochMilli()).number(cronId));
    }

    /** Removed crons whose rows are still there. */
    List<Long> removed(Connection connection) throws SQLException {
        String sql = "select id from crons where removed_at is not null order by id";
        return Rows.list(connection, sql, Parameters.NONE, row -> row.getLong(1));
    }

    /** Locks the row of a removed cron; false when it is gone. */
    boolean lockRemoved(Connection connection, long cronId) throws SQLException {
        String sql = "select 1 from crons where id = ? and removed_at is not null for update";
        return Rows.exist(connection, sql, values -> values.number(cronId));
    }

    /** Deletes the row of a removed cron without executions, with all requests that it had. */
    void delete(Connection connection, long cronId) throws SQLException {
        String requests = """
                delete from requests where id = any (array(
                  select request_id from crons where id = ? union all
                  select id from replaced_requests where cron_id = ?))
                """;
        Rows.update(connection, requests, values -> values.number(cronId).number(cronId));
        Rows.update(connection, "delete from replaced_requests where cron_id = ?", values -> values.number(cronId));
        Rows.update(connection, "delete from crons where id = ?", values -> values.number(cronId));
    }

    /** Deletes the requests that were replaced and that no execution has any more; returns how many. */
    int deleteReplacedRequests(Connection connection) throws SQLException {
        String sql = """
                with unused as (
                  delete from replaced_requests p
                   where not exists (select 1 from jobs j
                                      where j.cron_id = p.cron_id and j.attempt_number = 1 and j.request_id = p.id)
                  returning id)
                delete from requests where id in (select id from unused)
                """;
        return Rows.update(connection, sql, Parameters.NONE);
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
