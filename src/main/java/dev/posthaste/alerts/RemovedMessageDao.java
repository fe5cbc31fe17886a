package dev.posthaste.alerts;

import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Takes rows out of {@code alert_messages} and {@code alert_message_parts} that are kept no longer. The connection, and so the
 * transaction, is the caller's. Thread-safe: holds no state.
 */
final class RemovedMessageDao {
    /** Removes settled messages that are older than that, at most so many; returns how many. */
    int removeOlder(Connection connection, Duration keep, int max) throws SQLException {
        return remove(connection, """
                select m.id from alert_messages m
                 where m.created_at < now() - ? * interval '1 second' and m.status <> 'pending'
                 order by m.created_at limit ? for update skip locked
                """, values -> values.number(keep.toSeconds()).integer(max));
    }

    /**
     * Removes messages whose channel is gone, at most so many; returns how many. It looks at each channel that has messages
     * once, and not at these.
     */
    int removeOfGoneChannels(Connection connection, int max) throws SQLException {
        return remove(connection, """
                with recursive known (id) as (
                  (select x.channel_id from alert_messages x order by x.channel_id limit 1)
                  union all
                  select (select x.channel_id from alert_messages x
                           where x.channel_id > k.id order by x.channel_id limit 1)
                    from known k where k.id is not null)
                select m.id
                  from (select k.id from known k
                         where k.id is not null and not exists (select 1 from alert_channels c where c.id = k.id)) g
                 cross join lateral (
                   select x.id from alert_messages x where x.channel_id = g.id
                    order by x.id + 0 limit ? for update skip locked) m
                 limit ?
                """, values -> values.integer(max).integer(max));
    }

    private static int remove(Connection connection, String which, Parameters.Binding binding) throws SQLException {
        List<Long> ids = Rows.list(connection, which, binding, row -> row.getLong(1));
        if (!ids.isEmpty()) {
            Rows.update(connection, "delete from alert_message_parts where message_id = any (?)", Rows.ids(ids));
            Rows.update(connection, "delete from alert_messages where id = any (?)", Rows.ids(ids));
        }
        return ids.size();
    }

    /**
     * Removes parts of messages that are not there: who records an outcome may add one to a message that has just been
     * removed with its channel. The table has rows of what waits to be sent only.
     */
    int removeStrayParts(Connection connection) throws SQLException {
        String sql = """
                delete from alert_message_parts p
                 where not exists (select 1 from alert_messages m where m.id = p.message_id)
                """;
        return Rows.update(connection, sql, values -> {});
    }
}
