package dev.posthaste.alerts;

import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code alerts} and {@code alert_topics}. The connection, and so the transaction, is the caller's. Thread-safe:
 * holds no state.
 */
final class AlertDao {
    static final String COLUMNS = """
            a.id, a.type, a.alertable_type, a.alertable_id, a.alertable_name, a.count, a.event_id, a.failure_reason,
            a.created_at, a.last_at, a.acknowledged_at""";

    /**
     * Locks each topic, in one order, and then counts: in its alert that has been counting for less than the window, or in a
     * new one. The clock is read when a topic is locked, so that whoever waits for it does not come before whom he waits
     * for. An alert from the future, of a clock that was set back, counts no more.
     *
     * <p>What happened in one transaction has the same instant but for some microseconds, by which it keeps its order.
     */
    private static final NamedSql COUNT = NamedSql.of("""
            with crossing as (
              select c.*, row_number() over (partition by alertable_type, alertable_id order by place) as turn
                from unnest(:teams, :alertable_types, :alertable_ids, :names, :types, :counts, :events, :reasons)
                with ordinality
                  as c (team_id, alertable_type, alertable_id, name, type, count, event_id, failure_reason, place)),
            topic as (
              insert into alert_topics as t
                (alertable_type, alertable_id, warning_since, failure_since, recovery_since, touched_at)
              select alertable_type, alertable_id, %s, %s, %s, clock_timestamp()
                from crossing group by alertable_type, alertable_id order by alertable_type, alertable_id
              on conflict (alertable_type, alertable_id) do update
                 set touched_at = clock_timestamp(), warning_since = %s, failure_since = %s, recovery_since = %s
              returning alertable_type, alertable_id, warning_since, failure_since, recovery_since, touched_at)
            insert into alerts as a
              (team_id, type, alertable_type, alertable_id, alertable_name, count, event_id, failure_reason, created_at,
               last_at)
            select c.team_id, c.type, c.alertable_type, c.alertable_id, c.name, c.count, c.event_id, c.failure_reason,
                   case c.type when 'warning' then t.warning_since when 'failure' then t.failure_since
                               else t.recovery_since end,
                   t.touched_at + c.turn * interval '1 microsecond'
              from crossing c join topic t using (alertable_type, alertable_id)
            on conflict (alertable_type, alertable_id, type, created_at) do update
               set count = a.count + excluded.count, last_at = excluded.last_at, event_id = excluded.event_id,
                   alertable_name = excluded.alertable_name, failure_reason = excluded.failure_reason
            returning a.id, a.team_id, a.type, a.alertable_type, a.alertable_id
            """.formatted(
                    first(AlertType.WARNING),
                    first(AlertType.FAILURE),
                    first(AlertType.RECOVERY),
                    since("warning_since"),
                    since("failure_since"),
                    since("recovery_since")));

    /** Each page of a filtered list looks at no more: a filter that matches nothing would read all that a team has. */
    private static final int LOOKED_AT = 2_000;

    private static final String OF_TOPIC = "and a.alertable_type = :alertable_type and a.alertable_id = :alertable_id";

    private static final NamedSql LOOKED = looked("");
    private static final NamedSql LOOKED_OF_TOPIC = looked(OF_TOPIC);
    private static final NamedSql LIST = list("");
    private static final NamedSql LIST_OF_TOPIC = list(OF_TOPIC);

    private static NamedSql looked(String narrowed) {
        return NamedSql.of("""
                select coalesce(min(id), 0), count(*) from (
                  select a.id from alerts a
                   where a.team_id = :team and a.id + 0 < :before %s
                   order by a.id + 0 desc limit :look_at) looked
                """.formatted(narrowed));
    }

    private static NamedSql list(String narrowed) {
        return NamedSql.of("""
                select %s from alerts a
                 where a.team_id = :team and a.id + 0 < :before and a.id + 0 >= :from %s
                   and (:type::text is null or a.type = :type)
                   and (:any_type::text is null or a.alertable_type = :any_type)
                   and (:any_id::bigint is null or a.alertable_id = :any_id::bigint)
                   and (:acknowledged::boolean is null or (a.acknowledged_at is not null) = :acknowledged::boolean)
                 order by a.id + 0 desc limit :limit
                """.formatted(COLUMNS, narrowed));
    }

    private static String first(AlertType type) {
        return "case when bool_or(type = '" + type.contractName() + "')"
                + " then date_trunc('milliseconds', clock_timestamp()) end";
    }

    private static String since(String column) {
        return ("case when excluded.%1$s is null"
                        + " or (t.%1$s > clock_timestamp() - :window * interval '1 millisecond'"
                        + " and t.%1$s <= clock_timestamp())"
                        + " then t.%1$s else date_trunc('milliseconds', clock_timestamp()) end")
                .formatted(column);
    }

    /**
     * An alert that has counted more.
     *
     * @param added so much more
     */
    record Counted(long alertId, long teamId, AlertType type, Alertable alertable, long added) {}

    /**
     * Counts crossings, each kind of each topic once and in the order of their last times, and keeps their topics locked
     * until the transaction ends.
     *
     * @param window how long an alert counts
     */
    List<Counted> count(Connection connection, Collection<Crossing> crossings, Duration window) throws SQLException {
        List<Counted> counted = new ArrayList<>();
        COUNT.each(
                connection,
                values -> values.number("window", window.toMillis())
                        .rows(crossings)
                        .longs("teams", Crossing::teamId)
                        .texts("alertable_types", one -> one.alertable().type().contractName())
                        .longs("alertable_ids", one -> one.alertable().id())
                        .texts("names", Crossing::name)
                        .texts("types", one -> one.type().contractName())
                        .longs("counts", Crossing::count)
                        .longs("events", Crossing::eventId)
                        .texts("reasons", one -> ContractName.orNull(one.failureReason())),
                row -> counted.add(counted(row, crossings)));
        return counted;
    }

    private static Counted counted(ResultSet row, Collection<Crossing> crossings) throws SQLException {
        AlertType type = constant(row, "type", AlertType.class);
        Alertable alertable = alertable(row);
        long added = crossings.stream()
                .filter(one -> one.type() == type && one.alertable().equals(alertable))
                .mapToLong(Crossing::count)
                .sum();
        return new Counted(row.getLong("id"), row.getLong("team_id"), type, alertable, added);
    }

    /** Keeps a topic locked until the transaction ends; what others have counted by then is seen by the next statement. */
    void lock(Connection connection, Alertable alertable) throws SQLException {
        String sql = """
                insert into alert_topics as t (alertable_type, alertable_id, touched_at) values (?, ?, clock_timestamp())
                on conflict (alertable_type, alertable_id) do update set touched_at = excluded.touched_at
                """;
        Rows.update(
                connection,
                sql,
                values -> values.text(alertable.type().contractName()).number(alertable.id()));
    }

    /**
     * Alerts of a team with a smaller id than {@code before}, newest first. An index helps who names a topic; for any other
     * filter a page looks at a bounded number of rows and may come back short.
     */
    AlertPage list(Connection connection, long teamId, AlertFilter filter, long before, int limit) throws SQLException {
        AlertableType type = filter.alertableType();
        Long id = filter.alertableId();
        Alertable topic = type == null || id == null ? null : new Alertable(type, id);
        boolean isToBeSought = filter.type() != null
                || filter.acknowledged() != null
                || (topic == null && (type != null || id != null));
        Looked looked = isToBeSought ? lookedAt(connection, teamId, topic, before) : Looked.AT_NONE;
        NamedSql sql = topic == null ? LIST : LIST_OF_TOPIC;
        NamedSql.Binding binding = values -> ofTopic(values, topic)
                .number("team", teamId)
                .number("before", before)
                .number("from", looked.last())
                .text("type", ContractName.orNull(filter.type()))
                .text("any_type", ContractName.orNull(type))
                .text("any_id", id == null ? null : id.toString())
                .text(
                        "acknowledged",
                        filter.acknowledged() == null
                                ? null
                                : filter.acknowledged().toString())
                .integer("limit", limit + 1);
        List<Alert> found = Rows.list(connection, sql.text(), sql.binding(binding), AlertDao::read);
        return found.size() > limit
                ? new AlertPage(found.subList(0, limit), found.get(limit - 1).id())
                : new AlertPage(found, looked.rows() == LOOKED_AT ? (Long) looked.last() : null);
    }

    private static NamedSql.Values ofTopic(NamedSql.Values values, @Nullable Alertable topic) throws SQLException {
        return topic == null
                ? values
                : values.text("alertable_type", topic.type().contractName()).number("alertable_id", topic.id());
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

    private static Looked lookedAt(Connection connection, long teamId, @Nullable Alertable topic, long before)
            throws SQLException {
        return (topic == null ? LOOKED : LOOKED_OF_TOPIC)
                .first(
                        connection,
                        values -> ofTopic(values, topic)
                                .number("team", teamId)
                                .number("before", before)
                                .integer("look_at", LOOKED_AT),
                        row -> new Looked(row.getLong(1), row.getInt(2)))
                .orElseThrow();
    }

    /** Keeps one from being changed until the transaction ends; empty when the team has none with that id. */
    Optional<Alert> take(Connection connection, long teamId, long alertId) throws SQLException {
        String sql = "select " + COLUMNS + " from alerts a where a.id = ? and a.team_id = ? for update";
        return Rows.first(connection, sql, values -> values.number(alertId).number(teamId), AlertDao::read);
    }

    /** Acknowledges one whose row the transaction has locked; the alert as it is then. */
    Alert acknowledge(Connection connection, long alertId) throws SQLException {
        String sql = "update alerts a set acknowledged_at = clock_timestamp() where a.id = ? returning " + COLUMNS;
        return Rows.one(connection, sql, values -> values.number(alertId), AlertDao::read);
    }

    static Alert read(ResultSet row) throws SQLException {
        String reason = row.getString("failure_reason");
        return new Alert(
                row.getLong("id"),
                constant(row, "type", AlertType.class),
                alertable(row),
                row.getString("alertable_name"),
                row.getLong("count"),
                row.getLong("event_id"),
                reason == null
                        ? null
                        : ContractName.find(FailureReason.class, reason).orElse(FailureReason.UNKNOWN),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "last_at"),
                Rows.instantOrNull(row, "acknowledged_at"));
    }

    private static Alertable alertable(ResultSet row) throws SQLException {
        return new Alertable(constant(row, "alertable_type", AlertableType.class), row.getLong("alertable_id"));
    }

    static <E extends Enum<E> & ContractName> E constant(ResultSet row, String column, Class<E> type)
            throws SQLException {
        return ContractName.find(type, row.getString(column)).orElseThrow();
    }

    /**
     * Removes alerts that are older than that, at most so many; returns how many. What a message is still to tell stays,
     * and so does what somebody is changing. By {@code now()}: no index is looked into by a clock that moves on.
     */
    int removeOlder(Connection connection, Duration keep, int max) throws SQLException {
        String sql = """
                delete from alerts
                 where ctid = any (array(
                   select ctid from alerts a
                    where a.created_at < now() - ? * interval '1 second'
                      and not exists (select 1 from alert_message_parts p where p.alert_id = a.id)
                    order by a.created_at limit ? for update skip locked))
                """;
        return Rows.update(
                connection, sql, values -> values.number(keep.toSeconds()).integer(max));
    }

    /** Removes alerts of teams that are deleted, likewise; their channels are gone. */
    int removeOfDeletedTeams(Connection connection, int max) throws SQLException {
        String sql = """
                delete from alerts
                 where ctid = any (array(
                   select a.ctid
                     from teams t
                    cross join lateral (
                      select x.ctid from alerts x where x.team_id = t.id
                       order by x.id + 0 limit ? for update skip locked) a
                    where t.removed_at is not null
                    limit ?))
                """;
        return Rows.update(connection, sql, values -> values.integer(max).integer(max));
    }

    /**
     * Forgets topics that nothing has happened to for a day, and of which no message waits. Who has one locked keeps it, so
     * that nobody waits for another in two orders.
     */
    int removeTopics(Connection connection) throws SQLException {
        String sql = """
                delete from alert_topics
                 where ctid = any (array(
                   select t.ctid from alert_topics t
                    where t.touched_at < now() - interval '1 day'
                      and not exists (select 1 from alert_messages m
                                       where m.alertable_type = t.alertable_type and m.alertable_id = t.alertable_id
                                         and m.sealed_at is null and m.alertable_id is not null)
                    for update skip locked))
                """;
        return Rows.update(connection, sql, values -> {});
    }
}
