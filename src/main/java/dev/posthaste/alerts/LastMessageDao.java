package dev.posthaste.alerts;

import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.CallbackStatus;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** What a channel shows of {@code alert_messages}. The connection is the caller's. Thread-safe: holds no state. */
final class LastMessageDao {
    /** The newest message of each of these channels that has been tried or is a test. */
    Map<Long, Channel.LastMessage> last(Connection connection, Collection<Long> channelIds) throws SQLException {
        String sql = """
                select m.* from unnest(?) as c (id)
                 cross join lateral (
                   select * from alert_messages x where x.channel_id = c.id and x.sealed_at is not null
                    order by x.id + 0 desc limit 1) m
                """;
        return Rows.map(
                connection, sql, Rows.ids(channelIds), row -> row.getLong("channel_id"), LastMessageDao::readLast);
    }

    private static Channel.LastMessage readLast(ResultSet row) throws SQLException {
        String reason = row.getString("last_failure_reason");
        return new Channel.LastMessage(
                row.getLong("id"),
                row.getString("alertable_type") == null,
                AlertDao.constant(row, "status", CallbackStatus.class),
                row.getInt("attempts"),
                Rows.instantOrNull(row, "next_attempt_at"),
                row.getObject("last_response_status", Integer.class),
                Optional.ofNullable(reason)
                        .flatMap(name -> ContractName.find(FailureReason.class, name))
                        .orElse(null),
                row.getString("last_error_message"),
                Rows.instant(row, "created_at"),
                Rows.instantOrNull(row, "delivered_at"));
    }
}
