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
 * This node's place in the cluster: checks in by the database's clock, and tells who has not for too long. Each time that
 * the node comes back after its lease had run out is a new term: by then others may have taken over what it had claimed in
 * the one before. Thread-safe.
 */
final class Membership {
    private final String schedulerName;
    private final String instance;
    private final Duration lease;
    private volatile Lease held = new Lease(0, System.nanoTime());

    /** @param lease without a check-in for so long an instance counts as dead */
    Membership(String schedulerName, String instance, Duration lease) {
        this.schedulerName = schedulerName;
        this.instance = instance;
        this.lease = lease;
    }

    /** @param untilNanos by {@link System#nanoTime} */
    private record Lease(long term, long untilNanos) {
        boolean runs() {
            return System.nanoTime() - untilNanos < 0;
        }
    }

    /** Whether others still count this node as alive, for all that it knows. */
    boolean holdsLease() {
        return held.runs();
    }

    /** Whether it has been counted as alive without a break since that term. What was claimed in another must not begin. */
    boolean holdsLeaseOf(long term) {
        Lease current = held;
        return current.term() == term && current.runs();
    }

    /** Which term it is: to be asked before something is claimed. */
    long term() {
        return held.term();
    }

    /**
     * Checks in, in the caller's transaction, which waits for whoever is just taking this node for dead.
     *
     * @return to be run after the commit: the lease does not hold before
     */
    Runnable checkIn(Connection connection) throws SQLException {
        String sql = """
                insert into qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)
                values (?, ?, floor(extract(epoch from clock_timestamp()) * 1000)::bigint, ?)
                on conflict (sched_name, instance_name)
                do update set last_checkin_time = floor(extract(epoch from clock_timestamp()) * 1000)::bigint,
                              checkin_interval = excluded.checkin_interval
                returning xmax = 0 as is_new
                """;
        long asked = System.nanoTime();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, instance);
            statement.setLong(3, lease.toMillis());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                boolean isNew = row.getBoolean("is_new");
                return () -> extend(asked + lease.toNanos(), isNew);
            }
        }
    }

    private synchronized void extend(long untilNanos, boolean isNew) {
        boolean sameTerm = !isNew && held.runs();
        held = new Lease(sameTerm ? held.term() : held.term() + 1, untilNanos);
    }

    /**
     * The instances, other than this one, whose lease has run out, or that left firings behind without being members.
     * Until the transaction ends they cannot check in.
     */
    List<String> dead(Connection connection) throws SQLException {
        entomb(connection);
        String sql = """
                select instance_name from qrtz_scheduler_state
                 where sched_name = ? and instance_name <> ?
                   and last_checkin_time + checkin_interval
                       < floor(extract(epoch from clock_timestamp()) * 1000)::bigint
                   for update skip locked
                """;
        List<String> dead = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, instance);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    dead.add(rows.getString(1));
                }
            }
        }
        return dead;
    }

    /** Whoever left firings behind gets a row again, of a lease that ran out long ago, to be found and locked. */
    private void entomb(Connection connection) throws SQLException {
        String sql = """
                insert into qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)
                select distinct f.sched_name, f.instance_name, 0, 0
                  from qrtz_fired_one_shots f
                 where f.sched_name = ? and f.instance_name <> ?
                   and not exists (select 1 from qrtz_scheduler_state s
                                    where s.sched_name = f.sched_name and s.instance_name = f.instance_name)
                 order by f.instance_name
                on conflict do nothing
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, schedulerName);
            statement.setString(2, instance);
            statement.executeUpdate();
        }
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
