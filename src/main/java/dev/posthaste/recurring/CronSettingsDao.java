package dev.posthaste.recurring;

import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.ExecutionStatus;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.jobs.Weight;
import dev.posthaste.redaction.Redaction;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code crons} as they are set and shown. What is removed is found no more, though its row is still there. The
 * connection, and so the transaction, is the caller's. Thread-safe: holds no state.
 */
final class CronSettingsDao {
    /** Of a row {@code c}, of the request {@code r} and the queue {@code q} that it names. */
    static final String COLUMNS = """
            c.id, c.name, c.request_id, c.cron_expression, c.timezone, c.is_active, c.success_assertions, c.overlap,
            q.name as queue, q.redact as queue_redact, c.alert_threshold, c.next_fire_at, c.last_status, c.last_executed_at,
            c.consecutive_failures, c.alerted, c.created_at, c.grace_seconds, c.ping_secret""";

    /** No fire is at that time. */
    private static final long NEVER = 0;

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
                   next_fire_at = to_timestamp(nullif(:next, 0) / 1000::float8), grace_seconds = nullif(:grace, 0),
                   held = held and not :is_active
             where id = :id
            """);

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

    /** Keeps a team from being removed until the transaction ends; false when it is gone. */
    boolean holdTeam(Connection connection, long teamId) throws SQLException {
        String sql = "select 1 from teams where id = ? and removed_at is null for key share";
        return Rows.exist(connection, sql, values -> values.number(teamId));
    }

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
        return Rows.first(connection, sql, values -> values.number(cronId).number(teamId), CronSettingsDao::read);
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

    /** A row with {@link #COLUMNS} and those of a request. */
    static Cron read(ResultSet row) throws SQLException {
        CronSettings settings = new CronSettings(
                row.getString("name"),
                RequestDao.read(row),
                new Timing(row.getString("cron_expression"), row.getString("timezone")),
                row.getBoolean("is_active"),
                row.getString("success_assertions"),
                Overlap.of(row),
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
                lastStatus(row),
                Rows.instantOrNull(row, "last_executed_at"),
                row.getInt("consecutive_failures"),
                row.getBoolean("alerted"),
                Rows.instant(row, "created_at"));
    }

    private static @Nullable ExecutionStatus lastStatus(ResultSet row) throws SQLException {
        String name = row.getString("last_status");
        return name == null
                ? null
                : ContractName.find(ExecutionStatus.class, name).orElse(null);
    }
}
