package dev.posthaste.recurring;

import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.ExecutionStatus;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.jobs.Weight;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code crons} table, and the requests that its crons have replaced. What is removed is found no more, though its row
 * is still there. The connection, and so the transaction, is the caller's. Thread-safe: holds no state.
 */
public final class CronDao {
    private static final String COLUMNS = """
            c.id, c.name, c.request_id, c.cron_expression, c.timezone, c.is_active, c.success_assertions, c.overlap,
            q.name as queue, c.alert_threshold, c.next_fire_at, c.last_status, c.last_executed_at,
            c.consecutive_failures, c.created_at""";

    /** No fire is at that time. */
    private static final long NEVER = 0;

    /** No queue has that id. */
    private static final long NONE = 0;

    private static final NamedSql INSERT = NamedSql.of("""
            insert into crons (team_id, name, request_id, weight, cron_expression, timezone, is_active,
              success_assertions, overlap, queue_id, alert_threshold, next_fire_at)
            values (:team, :name, :request, :weight, :expression, :timezone, :is_active, :success_assertions, :overlap,
              nullif(:queue, 0), :alert_threshold, to_timestamp(nullif(:next, 0) / 1000::float8))
            returning id
            """);

    private static final NamedSql UPDATE = NamedSql.of("""
            update crons
               set name = :name, request_id = :request, weight = :weight, cron_expression = :expression,
                   timezone = :timezone, is_active = :is_active, success_assertions = :success_assertions,
                   overlap = :overlap, queue_id = nullif(:queue, 0), alert_threshold = :alert_threshold,
                   next_fire_at = to_timestamp(nullif(:next, 0) / 1000::float8)
             where id = :id
            """);

    private static final NamedSql LIST = NamedSql.of("""
            select %s, %s
              from crons c
              join requests r on r.id = c.request_id
              left join queues q on q.id = c.queue_id
             where c.team_id = :team and c.removed_at is null and c.id < :before
               and (:is_active::boolean is null or c.is_active = :is_active::boolean)
               and (:name::text is null or strpos(lower(c.name), lower(:name)) > 0)
               and (:url::text is null or strpos(lower(r.url), lower(:url)) > 0)
             order by c.id desc
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
            @Nullable String url) {}

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

    /** Writes a new one; its id. */
    long insert(Connection connection, long teamId, Kept kept) throws SQLException {
        return INSERT.first(connection, values -> bind(values.number("team", teamId), kept), row -> row.getLong(1))
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
                .number(
                        "next",
                        kept.nextFireAt() == null ? NEVER : kept.nextFireAt().toEpochMilli());
    }

    /** Keeps others from changing and firing it until the transaction ends; false when the team has no such cron. */
    boolean lock(Connection connection, long teamId, long cronId) throws SQLException {
        String sql = "select 1 from crons where id = ? and team_id = ? and removed_at is null for update";
        return Rows.exist(connection, sql, values -> values.number(cronId).number(teamId));
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

    /** Crons of a team with a smaller id than {@code before}, newest first, without bodies. */
    List<Cron> list(Connection connection, long teamId, Filter filter, long before, int limit) throws SQLException {
        NamedSql.Binding binding = values -> values.number("team", teamId)
                .number("before", before)
                .text(
                        "is_active",
                        filter.isActive() == null ? null : filter.isActive().toString())
                .text("name", filter.name())
                .text("url", filter.url())
                .integer("limit", limit);
        return Rows.list(connection, LIST.text(), LIST.binding(binding), CronDao::read);
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
                row.getInt("alert_threshold"));
        return new Cron(
                row.getLong("id"),
                settings,
                row.getLong("request_id"),
                Rows.instantOrNull(row, "next_fire_at"),
                constant(row, "last_status", ExecutionStatus.class).orElse(null),
                Rows.instantOrNull(row, "last_executed_at"),
                row.getInt("consecutive_failures"),
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

    /** The database's clock, to the millisecond. */
    Instant now(Connection connection) throws SQLException {
        String sql = "select floor(extract(epoch from clock_timestamp()) * 1000)::bigint";
        return Instant.ofEpochMilli(Rows.one(connection, sql, Parameters.NONE, row -> row.getLong(1)));
    }
}
