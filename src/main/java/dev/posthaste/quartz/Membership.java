package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * This node's place in the cluster: checks in by the database's clock, and tells who has not for too long. Thread-safe.
 */
final class Membership {
    private final String schedulerName;
    private final String instance;
    private final Duration lease;
    private volatile long heldUntilNanos = System.nanoTime();

    /** @param lease without a check-in for so long an instance counts as dead */
    Membership(String schedulerName, String instance, Duration lease) {
        this.schedulerName = schedulerName;
        this.instance = instance;
        this.lease = lease;
    }

    /** Whether others still count this node as alive, for all that it knows. A firing must not begin otherwise. */
    boolean holdsLease() {
        return System.nanoTime() - heldUntilNanos < 0;
    }

    void checkIn(Connection connection) throws SQLException {
        String sql = """
                insert into qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)
                values (?, ?, floor(extract(epoch from clock_timestamp()) * 1000)::bigint, ?)
                on conflict (sched_name, instance_name)
                do update set last_checkin_time = excluded.last_checkin_time
                """;
        long asked = System.nanoTime();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, instance);
            statement.setLong(3, lease.toMillis());
            statement.executeUpdate();
        }
        heldUntilNanos = asked + lease.toNanos();
    }

    /** The instances, other than this one, whose lease has run out or that left firings behind without being members. */
    List<String> dead(Connection connection) throws SQLException {
        String sql = """
                select instance_name from qrtz_scheduler_state
                 where sched_name = ? and instance_name <> ?
                   and last_checkin_time + checkin_interval
                       < floor(extract(epoch from clock_timestamp()) * 1000)::bigint
                union
                select f.instance_name from qrtz_fired_one_shots f
                 where f.sched_name = ? and f.instance_name <> ?
                   and not exists (select 1 from qrtz_scheduler_state s
                                    where s.sched_name = f.sched_name and s.instance_name = f.instance_name)
                """;
        List<String> dead = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, instance);
            statement.setString(3, schedulerName);
            statement.setString(4, instance);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    dead.add(rows.getString(1));
                }
            }
        }
        return dead;
    }

    /** Leaves the cluster, so that what is left behind is recovered without waiting for the lease. */
    void leave(Connection connection) throws SQLException {
        delete(connection, "instance_name = ?", instance);
    }

    /** Removes all others: only for a database that nobody else can be using. */
    void dismissOthers(Connection connection) throws SQLException {
        delete(connection, "instance_name <> ?", instance);
    }

    private void delete(Connection connection, String condition, String value) throws SQLException {
        String sql = "delete from qrtz_scheduler_state where sched_name = ? and " + condition;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, value);
            statement.executeUpdate();
        }
    }

    @Override
    public String toString() {
        return instance + ", lease " + TimeUnit.MILLISECONDS.toSeconds(lease.toMillis()) + " s";
    }
}
