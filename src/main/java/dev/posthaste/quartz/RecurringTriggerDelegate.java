package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.quartz.TriggerKey;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;

/**
 * The SQL of the inherited path, kept away from one-shots: those are claimed by {@link OneShotTable} alone, so the two
 * paths never claim the same row. Quartz makes it by its class name.
 */
public final class RecurringTriggerDelegate extends PostgreSQLDelegate {
    @Override
    protected void addDefaultTriggerPersistenceDelegates() {
        addTriggerPersistenceDelegate(new OneShotPersistence());
        super.addDefaultTriggerPersistenceDelegates();
    }

    @Override
    public List<TriggerKey> selectTriggerToAcquire(
            Connection connection, long noLaterThan, long noEarlierThan, int maxCount) throws SQLException {
        String sql = """
                select trigger_name, trigger_group
                  from %sTRIGGERS
                 where sched_name = ? and trigger_type <> 'ONCE' and trigger_state = 'WAITING'
                   and next_fire_time <= ? and (misfire_instr = -1 or next_fire_time >= ?)
                 order by next_fire_time, priority desc
                 limit ?
                """.formatted(tablePrefix);
        List<TriggerKey> keys = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedName);
            statement.setLong(2, noLaterThan);
            statement.setLong(3, noEarlierThan);
            statement.setInt(4, Math.max(1, maxCount));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    keys.add(new TriggerKey(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return keys;
    }

    /** When the earliest recurring trigger is due, in milliseconds since 1970; {@link Long#MAX_VALUE} for none. */
    long nextDue(Connection connection) throws SQLException {
        String sql = """
                select next_fire_time from %sTRIGGERS
                 where sched_name = ? and trigger_type <> 'ONCE' and trigger_state = 'WAITING'
                 order by next_fire_time limit 1
                """.formatted(tablePrefix);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedName);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : Long.MAX_VALUE;
            }
        }
    }
}
