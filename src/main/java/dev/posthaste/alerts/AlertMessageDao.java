package dev.posthaste.alerts;

import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.CallbackStatus;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.sql.ArrayBinder;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import dev.posthaste.sql.StorableText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code alert_messages} and {@code alert_message_parts}. The connection, and so the transaction, is the
 * caller's. Thread-safe: holds no state.
 */
public final class AlertMessageDao {
    /** No receiver puts an alert off for longer: what it tells is to be known soon. */
    public static final Duration LONGEST_ASKED = Duration.ofMinutes(30);

    /** Of the settled messages of a topic: one is pending at most, as a rule. */
    private static final int LOOKED_AT = 100;

    /**
     * Adds what was counted to the messages that gather, and begins those that there are not: at once where a channel has
     * not been told of the topic for the window, else when it is over. Each row is looked up by its key: the plan is kept.
     */
    private static final NamedSql GATHER = NamedSql.of("""
            with told as (
              select w.alert_id, w.added, w.team_id, w.alertable_type, w.alertable_id, c.id as channel_id
                from unnest(:alerts, :teams, :types, :alertable_types, :alertable_ids, :added)
                       as w (alert_id, team_id, type, alertable_type, alertable_id, added)
               cross join lateral (
                 select x.id from alert_channels x
                  where x.team_id = w.team_id and x.is_active and w.type = any (x.alert_types) offset 0) c),
            wanted as (
              select distinct team_id, channel_id, alertable_type, alertable_id from told),
            gathering as (
              select w.*, m.id
                from wanted w
                left join lateral (
                  select x.id from alert_messages x
                   where x.channel_id = w.channel_id and x.alertable_type = w.alertable_type
                     and x.alertable_id = w.alertable_id and x.sealed_at is null
                   offset 0) m on true),
            begun as (
              insert into alert_messages (team_id, channel_id, alertable_type, alertable_id, due_at, created_at)
              select g.team_id, g.channel_id, g.alertable_type, g.alertable_id,
                     case when l.sealed_at is null then n.now
                          else greatest(n.now, least(l.sealed_at, n.now) + :window * interval '1 millisecond') end,
                     n.now
                from gathering g
               cross join (select date_trunc('milliseconds', clock_timestamp()) as now offset 0) n
                left join lateral (
                  select max(x.sealed_at) as sealed_at from alert_messages x
                   where x.channel_id = g.channel_id and x.alertable_type = g.alertable_type
                     and x.alertable_id = g.alertable_id and x.sealed_at is not null
                   offset 0) l on true
               where g.id is null
              returning id, channel_id, alertable_type, alertable_id, due_at),
            part as (
              insert into alert_message_parts as p (message_id, alert_id, added)
              select coalesce(g.id, b.id), t.alert_id, t.added
                from told t
                join gathering g using (channel_id, alertable_type, alertable_id)
                left join begun b using (channel_id, alertable_type, alertable_id)
              on conflict (message_id, alert_id) do update set added = p.added + excluded.added)
            select id, channel_id, due_at from begun
            """);

    /** Without a join: see {@link ArrayBinder}. */
    private static final NamedSql TRIES_MADE = NamedSql.of("""
            update alert_messages m
               set attempts = m.attempts + 1,
                   (status, next_attempt_at, asked_until, last_response_status, last_failure_reason,
                    last_error_message, delivered_at) = (
                 select t.status, to_timestamp(t.next_ms / 1000::float8), to_timestamp(t.asked_ms / 1000::float8),
                        t.response_status, t.failure_reason, t.error,
                        case when t.status = 'delivered' then to_timestamp(t.at_ms / 1000::float8) end
                   from (select (:statuses::text[])[p.place] as status, (:next::bigint[])[p.place] as next_ms,
                                (:asked::bigint[])[p.place] as asked_ms,
                                (:responses::int[])[p.place] as response_status,
                                (:failures::text[])[p.place] as failure_reason,
                                (:errors::text[])[p.place] as error, (:at::bigint[])[p.place] as at_ms
                           from (select width_bucket(m.id, :ids::bigint[]) as place offset 0) p offset 0) t)
             where m.id = any (:ids)
            """);

    private static final NamedSql FORGET_PARTS =
            NamedSql.of("delete from alert_message_parts where message_id = any (:ids)");

    /**
     * A message whose one-shot has fired.
     *
     * @param text null until it is sealed
     * @param alertable null for a test
     * @param signingVersion of its team's secrets, 0 when it never had one
     */
    public record Due(
            long id,
            long teamId,
            long signingVersion,
            long channelId,
            ChannelType type,
            String target,
            boolean isActive,
            @Nullable Alertable alertable,
            @Nullable MessageText text,
            int attempts) {
        /** Whether somebody wanted to see one. */
        public boolean isTest() {
            return alertable == null;
        }

        /** What the log calls it: neither its target nor its text. */
        public String named() {
            String what = alertable == null
                    ? "Test message " + id
                    : "Alert message " + id + " about " + alertable.type().contractName() + " " + alertable.id();
            return what + " to the " + type.contractName() + " channel " + channelId + " of team " + teamId;
        }

        Due sealed(MessageText sealed) {
            return new Due(id, teamId, signingVersion, channelId, type, target, isActive, alertable, sealed, attempts);
        }
    }

    /**
     * How a try went.
     *
     * @param nextAttemptAt null when there is no further one
     * @param askedUntil until when the receiver wants to be left alone, null when it has not said so
     * @param errorMessage the failure in words, null for none
     */
    public record Try(
            long id,
            CallbackStatus status,
            @Nullable Instant nextAttemptAt,
            @Nullable Instant askedUntil,
            @Nullable Integer responseStatus,
            @Nullable FailureReason failureReason,
            @Nullable String errorMessage,
            Instant at) {}

    /**
     * A settled message of the same channel and topic as one that is due.
     *
     * @param dueAt since when the receiver was to know what it tells, and what it has taken in
     * @param askedUntil until when the receiver of a pending one wants to be left alone, null when it has not said so
     * @param deliveredAt null while it is not
     * @param window how long it holds up the next one from then on
     * @param now the database's time
     */
    record Earlier(
            long id,
            boolean isPending,
            Instant dueAt,
            @Nullable Instant askedUntil,
            @Nullable Instant deliveredAt,
            Duration window,
            Instant now) {
        /** Until when the next one has to wait; empty for not at all. A clock that was set back holds nothing up for longer. */
        Optional<Instant> holdsUpUntil() {
            Instant latest = now.plus(LONGEST_ASKED);
            Optional<Instant> asked = Optional.ofNullable(askedUntil).map(at -> at.isAfter(latest) ? latest : at);
            return Optional.ofNullable(deliveredAt)
                    .map(at -> (at.isAfter(now) ? now : at).plus(window))
                    .or(() -> asked)
                    .filter(until -> until.isAfter(now));
        }

        /** Whether what it tells has been tried for longer than that, by it or by those that it has taken in. */
        boolean isTriedFor(Duration longer) {
            return dueAt.isBefore(now.minus(longer));
        }
    }

    /** Has messages tell what was counted, whose topics the transaction has locked; returns the one-shots of new messages. */
    List<OneShot> gather(Connection connection, Collection<AlertDao.Counted> counted, Duration window)
            throws SQLException {
        List<OneShot> begun = new ArrayList<>();
        GATHER.each(
                connection,
                values -> values.number("window", window.toMillis())
                        .rows(counted)
                        .longs("alerts", AlertDao.Counted::alertId)
                        .longs("teams", AlertDao.Counted::teamId)
                        .texts("types", one -> one.type().contractName())
                        .texts("alertable_types", one -> one.alertable().type().contractName())
                        .longs("alertable_ids", one -> one.alertable().id())
                        .longs("added", AlertDao.Counted::added),
                row -> begun.add(
                        Triggers.ofAlert(row.getLong("channel_id"), row.getLong("id"), Rows.instant(row, "due_at"))));
        return begun;
    }

    /** The newest settled messages of a channel about a topic that are pending or were delivered within the window. */
    List<Earlier> earlier(Connection connection, long channelId, Alertable alertable, Duration window)
            throws SQLException {
        String sql = """
                select m.id, m.status = 'pending' as is_pending, m.due_at, m.delivered_at, clock_timestamp() as now,
                       case when m.status = 'pending' then m.asked_until end as asked_until
                  from (select * from alert_messages x
                         where x.channel_id = ? and x.alertable_type = ? and x.alertable_id = ?
                           and x.sealed_at is not null
                         order by x.sealed_at desc limit ?) m
                 where m.status = 'pending' or m.delivered_at > clock_timestamp() - ? * interval '1 millisecond'
                """;
        return Rows.list(
                connection,
                sql,
                values -> values.number(channelId)
                        .text(alertable.type().contractName())
                        .number(alertable.id())
                        .integer(LOOKED_AT)
                        .number(window.toMillis()),
                row -> new Earlier(
                        row.getLong("id"),
                        row.getBoolean("is_pending"),
                        Rows.instant(row, "due_at"),
                        Rows.instantOrNull(row, "asked_until"),
                        Rows.instantOrNull(row, "delivered_at"),
                        window,
                        Rows.instant(row, "now")));
    }

    /** Has a message tell what others were to, which are no more, and since when they were to. */
    void join(Connection connection, long messageId, Collection<Long> others) throws SQLException {
        String sql = """
                with gone as (
                  delete from alert_message_parts where message_id = any (?) returning alert_id, added)
                insert into alert_message_parts as p (message_id, alert_id, added)
                select ?, alert_id, sum(added) from gone group by alert_id
                on conflict (message_id, alert_id) do update set added = p.added + excluded.added
                """;
        Rows.update(connection, sql, values -> values.numbers(others).number(messageId));
        String since = """
                with gone as (delete from alert_messages where id = any (?) returning due_at)
                update alert_messages set due_at = least(due_at, (select min(due_at) from gone)) where id = ?
                """;
        Rows.update(connection, since, values -> values.numbers(others).number(messageId));
    }

    /** Has messages fail that wait for another try: nothing tells any more what they were to. */
    void giveUp(Connection connection, Collection<Long> messageIds) throws SQLException {
        Rows.update(
                connection,
                "update alert_messages set status = 'failed', next_attempt_at = null where id = any (?)",
                Rows.ids(messageIds));
        Rows.update(connection, "delete from alert_message_parts where message_id = any (?)", Rows.ids(messageIds));
    }

    /** Those of the messages that are still pending and whose channel is there, by id. */
    public Map<Long, Due> load(Connection connection, Collection<Long> messageIds) throws SQLException {
        String sql = """
                select m.id, m.team_id, t.signing_version, m.channel_id, c.type, c.target, c.is_active, m.alertable_type,
                       m.alertable_id, m.subject, m.body, m.attempts
                  from unnest(?) as due (id)
                  cross join lateral (select * from alert_messages x where x.id = due.id offset 0) m
                  cross join lateral (select * from alert_channels x where x.id = m.channel_id offset 0) c
                  cross join lateral (select * from teams x where x.id = m.team_id offset 0) t
                 where m.status = 'pending'
                """;
        return Rows.map(connection, sql, Rows.ids(messageIds), row -> row.getLong("id"), AlertMessageDao::readDue);
    }

    private static Due readDue(ResultSet row) throws SQLException {
        String alertableType = row.getString("alertable_type");
        String body = row.getString("body");
        return new Due(
                row.getLong("id"),
                row.getLong("team_id"),
                row.getLong("signing_version"),
                row.getLong("channel_id"),
                AlertDao.constant(row, "type", ChannelType.class),
                row.getString("target"),
                row.getBoolean("is_active"),
                alertableType == null
                        ? null
                        : new Alertable(
                                AlertDao.constant(row, "alertable_type", AlertableType.class),
                                row.getLong("alertable_id")),
                body == null ? null : new MessageText(row.getString("subject"), body),
                row.getInt("attempts"));
    }

    /** What a message has gathered. */
    List<ToldAlert> parts(Connection connection, long messageId) throws SQLException {
        String sql = """
                select p.added, %s
                  from alert_message_parts p
                  cross join lateral (select * from alerts x where x.id = p.alert_id offset 0) a
                 where p.message_id = ?
                """.formatted(AlertDao.COLUMNS);
        return Rows.list(
                connection,
                sql,
                values -> values.number(messageId),
                row -> new ToldAlert(AlertDao.read(row), row.getLong("added")));
    }

    /** Settles what a message says, if nobody has. */
    void seal(Connection connection, long messageId, MessageText text) throws SQLException {
        String sql = """
                update alert_messages set sealed_at = date_trunc('milliseconds', clock_timestamp()), subject = ?, body = ?
                 where id = ? and sealed_at is null
                """;
        Rows.update(
                connection,
                sql,
                values -> values.text(StorableText.of(text.subject()))
                        .text(StorableText.of(text.body()))
                        .number(messageId));
    }

    /** Takes one away that is not to be sent. */
    void drop(Connection connection, long messageId) throws SQLException {
        Rows.update(
                connection, "delete from alert_message_parts where message_id = ?", values -> values.number(messageId));
        Rows.update(connection, "delete from alert_messages where id = ?", values -> values.number(messageId));
    }

    /** Records tries, one for each message. What one tells whose text is fixed and that is over is not needed any more. */
    public List<BoundStatement> triesMade(Collection<Try> tries) {
        List<Try> inOrder = tries.stream()
                .sorted((one, other) -> Long.compare(one.id(), other.id()))
                .toList();
        List<BoundStatement> statements = new ArrayList<>();
        statements.add(BoundStatement.effect(
                TRIES_MADE,
                values -> values.rows(inOrder)
                        .longs("ids", Try::id)
                        .texts("statuses", row -> row.status().contractName())
                        .instants("next", Try::nextAttemptAt)
                        .instants("asked", Try::askedUntil)
                        .ints("responses", Try::responseStatus)
                        .texts("failures", row -> ContractName.orNull(row.failureReason()))
                        .texts("errors", row -> StorableText.of(row.errorMessage()))
                        .instants("at", Try::at)));
        List<Long> over = inOrder.stream()
                .filter(one -> one.status() != CallbackStatus.PENDING)
                .map(Try::id)
                .toList();
        if (!over.isEmpty()) {
            statements.add(BoundStatement.effect(FORGET_PARTS, values -> values.numbers("ids", over)));
        }
        return statements;
    }
}
