package dev.posthaste.alerts;

import dev.posthaste.jobs.OwedTriggers;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Those of messages about alerts, in the order of their ids. Thread-safe: holds no state. */
public final class OwedAlertTriggers implements OwedTriggers {
    /** What is of a channel that is gone is not sent any more and is removed. */
    private static final String IS_OWED =
            "(m.status = 'pending' and exists (select 1 from alert_channels c where c.id = m.channel_id))";

    private record Row(long channelId, long id, boolean isPending) {
        OneShotKey key() {
            return Triggers.keyOfAlert(channelId, id);
        }
    }

    @Override
    public Page pendingAfter(Connection connection, @Nullable Position after, int max) throws SQLException {
        String sql = """
                select m.id, m.channel_id, %s as is_pending
                  from alert_messages m where m.id > ? order by m.id limit ?
                """.formatted(IS_OWED);
        List<Row> looked = Rows.list(
                connection,
                sql,
                values -> values.number(after == null ? 0 : after.id()).integer(max),
                row -> new Row(row.getLong("channel_id"), row.getLong("id"), row.getBoolean("is_pending")));
        return new Page(
                looked.stream().filter(Row::isPending).map(Row::key).toList(),
                looked.size() < max
                        ? null
                        : new Position(0, looked.get(looked.size() - 1).id()));
    }

    /** One that still gathers looks again when it has to wait longer. */
    @Override
    public List<OneShot> hold(Connection connection, Collection<Long> ids) throws SQLException {
        String sql = """
                select m.id, m.channel_id, coalesce(m.next_attempt_at, m.due_at) as due_at
                  from alert_messages m
                 where m.id = any (?) and %s
                 order by m.id
                   for no key update of m
                """.formatted(IS_OWED);
        return Rows.list(
                connection,
                sql,
                Rows.ids(ids),
                row -> Triggers.ofAlert(row.getLong("channel_id"), row.getLong("id"), Rows.instant(row, "due_at")));
    }

    @Override
    public Set<OneShotKey> wanted(Connection connection, Collection<Long> ids) throws SQLException {
        String sql = "select id, channel_id from alert_messages where id = any (?) and status = 'pending'";
        return new HashSet<>(Rows.list(
                connection,
                sql,
                Rows.ids(ids),
                row -> Triggers.keyOfAlert(row.getLong("channel_id"), row.getLong("id"))));
    }
}
