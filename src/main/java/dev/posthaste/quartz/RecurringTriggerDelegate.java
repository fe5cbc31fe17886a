package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.quartz.JobKey;
import org.quartz.TriggerKey;
import org.quartz.impl.jdbcjobstore.FiredTriggerRecord;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;

/**
 * The SQL of the inherited path, kept away from one-shots: those are claimed, removed and recovered by the nodes that
 * fire them alone, so the two paths never touch the same row. What Quartz asks of a job's triggers at each firing says
 * so too, and then reads the few that recur in place of a backlog of one-shots. Quartz makes it by its class name.
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
                """;
        List<TriggerKey> keys = new ArrayList<>();
        try (PreparedStatement statement =
                        prepare(connection, sql, schedName, noLaterThan, noEarlierThan, Math.max(1, maxCount));
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                keys.add(new TriggerKey(rows.getString(1), rows.getString(2)));
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
                """;
        try (PreparedStatement statement = prepare(connection, sql, schedName);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getLong(1) : Long.MAX_VALUE;
        }
    }

    /** A one-shot stays: only those who stored it know what else must go with it. */
    @Override
    public int deleteTrigger(Connection connection, TriggerKey key) throws SQLException {
        String sql = """
                delete from %sTRIGGERS
                 where sched_name = ? and trigger_name = ? and trigger_group = ? and trigger_type <> 'ONCE'
                """;
        deleteTriggerExtension(connection, key);
        return update(connection, sql, schedName, key.getName(), key.getGroup());
    }

    @Override
    public int updateTriggerStatesForJob(Connection connection, JobKey key, String state) throws SQLException {
        String sql = """
                update %sTRIGGERS set trigger_state = ?
                 where sched_name = ? and job_name = ? and job_group = ? and trigger_type <> 'ONCE'
                """;
        return update(connection, sql, state, schedName, key.getName(), key.getGroup());
    }

    @Override
    public int updateTriggerStatesForJobFromOtherState(Connection connection, JobKey key, String state, String oldState)
            throws SQLException {
        String sql = """
                update %sTRIGGERS set trigger_state = ?
                 where sched_name = ? and job_name = ? and job_group = ? and trigger_state = ?
                   and trigger_type <> 'ONCE'
                """;
        return update(connection, sql, state, schedName, key.getName(), key.getGroup(), oldState);
    }

    @Override
    public int selectNumTriggersForJob(Connection connection, JobKey key) throws SQLException {
        String sql = """
                select count(*) from %sTRIGGERS
                 where sched_name = ? and job_name = ? and job_group = ? and trigger_type <> 'ONCE'
                """;
        try (PreparedStatement statement = prepare(connection, sql, schedName, key.getName(), key.getGroup());
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    @Override
    public List<FiredTriggerRecord> selectInstancesFiredTriggerRecords(Connection connection, String instance)
            throws SQLException {
        List<FiredTriggerRecord> recurring =
                new ArrayList<>(super.selectInstancesFiredTriggerRecords(connection, instance));
        recurring.removeIf(fired -> isOfOneShots(fired.getJobKey()));
        return recurring;
    }

    @Override
    public int deleteFiredTriggers(Connection connection) throws SQLException {
        String sql = "delete from %sFIRED_TRIGGERS where sched_name = ? and job_group is distinct from 'one-shots'";
        return update(connection, sql, schedName);
    }

    @Override
    public int deleteFiredTriggers(Connection connection, String instance) throws SQLException {
        String sql = """
                delete from %sFIRED_TRIGGERS
                 where sched_name = ? and instance_name = ? and job_group is distinct from 'one-shots'
                """;
        return update(connection, sql, schedName, instance);
    }

    /** What is acquired and has not fired has no job yet. */
    private static boolean isOfOneShots(@Nullable JobKey key) {
        return key != null && key.getGroup().equals(OneShotTrigger.JOB_GROUP);
    }

    private int update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    private PreparedStatement prepare(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql.formatted(tablePrefix));
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
