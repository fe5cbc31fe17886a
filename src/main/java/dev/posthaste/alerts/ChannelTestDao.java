package dev.posthaste.alerts;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The messages by which somebody tests a channel: rows of {@code alert_messages} that are about nothing. The connection, and
 * so the transaction, is the caller's. Thread-safe: holds no state.
 */
final class ChannelTestDao {
    /** Writes a test that is due at once; its id. */
    long insert(Connection connection, long teamId, long channelId, MessageText text, Instant at) throws SQLException {
        String sql = """
                insert into alert_messages (team_id, channel_id, due_at, sealed_at, subject, body, created_at)
                select ?, ?, at, at, ?, ?, at from to_timestamp(? / 1000::float8) as at
                returning id
                """;
        return Rows.one(
                connection,
                sql,
                values -> values.number(teamId)
                        .number(channelId)
                        .text(text.subject())
                        .text(text.body())
                        .number(at.toEpochMilli()),
                row -> row.getLong(1));
    }

    /**
     * A test of a channel.
     *
     * @param age since it was asked for
     */
    record LastTest(boolean isPending, Duration age) {
        /** How much longer the next one has to wait, more than nothing; empty for not at all. */
        Optional<Duration> wait(Duration every) {
            return Optional.of(every.minus(age)).filter(left -> left.compareTo(Duration.ZERO) > 0);
        }
    }

    /** The newest test of the channel: an older one is over. */
    Optional<LastTest> last(Connection connection, long channelId) throws SQLException {
        String sql = """
                select status = 'pending', floor(extract(epoch from clock_timestamp() - created_at) * 1000)::bigint
                  from alert_messages
                 where channel_id = ? and alertable_id is null
                 order by created_at desc limit 1
                """;
        return Rows.first(
                connection,
                sql,
                values -> values.number(channelId),
                row -> new LastTest(row.getBoolean(1), Duration.ofMillis(Math.max(0, row.getLong(2)))));
    }

    /** How many tests a team has asked for within that time, of channels that are gone too; counts no further than max. */
    int recent(Connection connection, long teamId, Duration within, int max) throws SQLException {
        String sql = """
                select count(*) from (
                  select 1 from alert_messages
                   where team_id = ? and alertable_id is null
                     and created_at > now() - ? * interval '1 millisecond'
                   limit ?) recent
                """;
        return Rows.one(
                connection,
                sql,
                values -> values.number(teamId).number(within.toMillis()).integer(max),
                row -> row.getInt(1));
    }
}
