package dev.posthaste.oneshots;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * This node's place in the cluster: checks in, and tells who has not for too long.
 *
 * <p>Others are judged by what this node saw itself: one is dead whose row has not changed for its lease, by this node's
 * steady clock, while this node's own check-ins were unbroken for as long. So neither a database that was away nor a clock
 * that was set makes a living node look dead. Thread-safe.
 */
final class Membership {
    private final String schedulerName;
    private final String instance;
    private final Lease lease;
    private final Map<String, Sighting> others = new HashMap<>();

    /** @param lease without a check-in for so long an instance counts as dead */
    Membership(String schedulerName, String instance, Lease lease) {
        this.schedulerName = schedulerName;
        this.instance = instance;
        this.lease = lease;
    }

    /** What an instance's row said, and since when it has said so. */
    private record Sighting(long checkIn, long sinceNanos) {}

    /** An instance that has not been heard for too long. */
    private record Silent(String name, long checkIn, boolean hadLease) {}

    /** This node's own. */
    Lease lease() {
        return lease;
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
                do update set last_checkin_time = greatest(qrtz_scheduler_state.last_checkin_time + 1,
                                                           excluded.last_checkin_time),
                              checkin_interval = excluded.checkin_interval
                returning xmax = 0 as is_new
                """;
        Lease.Extension extension = lease.checkIn();
        boolean isNew = Rows.one(
                connection,
                sql,
                values -> values.text(schedulerName)
                        .text(instance)
                        .number(lease.length().toMillis()),
                row -> row.getBoolean("is_new"));
        return () -> extension.committed(isNew);
    }

    /**
     * The instances, other than this one, whose lease has run out, or that were {@link #entomb}ed.
     * Until the transaction ends they cannot check in.
     */
    synchronized List<String> dead(Connection connection) throws SQLException {
        return locked(connection, look(connection));
    }

    /**
     * The same without those that are no members: who left may still be recording what it had in flight. Until the
     * transaction ends they cannot check in.
     */
    synchronized List<String> expired(Connection connection) throws SQLException {
        return locked(
                connection, look(connection).stream().filter(Silent::hadLease).toList());
    }

    private List<Silent> look(Connection connection) throws SQLException {
        String sql = """
                select instance_name, last_checkin_time, checkin_interval from qrtz_scheduler_state
                 where sched_name = ? and instance_name <> ?
                """;
        List<Silent> silent = new ArrayList<>();
        Map<String, Sighting> seen = new HashMap<>();
        Rows.each(connection, sql, values -> values.text(schedulerName).text(instance), row -> {
            String name = row.getString("instance_name");
            Sighting sighting = sighting(name, row.getLong("last_checkin_time"));
            seen.put(name, sighting);
            long leaseMs = row.getLong("checkin_interval");
            if (isSilent(sighting, leaseMs)) {
                silent.add(new Silent(name, sighting.checkIn(), leaseMs > 0));
            }
        });
        others.clear();
        others.putAll(seen);
        return silent;
    }

    private List<String> locked(Connection connection, List<Silent> silent) throws SQLException {
        List<String> locked = new ArrayList<>();
        for (Silent one : silent) {
            if (lockIfUnchanged(connection, one.name(), one.checkIn())) {
                locked.add(one.name());
            }
        }
        return locked;
    }

    private Sighting sighting(String name, long checkIn) {
        Sighting before = others.get(name);
        return before != null && before.checkIn() == checkIn ? before : new Sighting(checkIn, lease.nanoTime());
    }

    /** Who has no lease is silent at once; others when nothing can have kept this node from hearing them. */
    private boolean isSilent(Sighting sighting, long leaseMs) {
        if (leaseMs == 0) {
            return true;
        }
        return lease.nanoTime() - sighting.sinceNanos() >= TimeUnit.MILLISECONDS.toNanos(leaseMs)
                && lease.hasHeldForItsLength();
    }

    /** Skips one who is checking in just now, or whom somebody else is taking for dead. */
    private boolean lockIfUnchanged(Connection connection, String name, long checkIn) throws SQLException {
        String sql = """
                select 1 from qrtz_scheduler_state
                 where sched_name = ? and instance_name = ? and last_checkin_time = ?
                   for update skip locked
                """;
        return Rows.exist(
                connection, sql, values -> values.text(schedulerName).text(name).number(checkIn));
    }

    /**
     * Whoever left firings behind without being a member gets a row again, without a lease, to be found and locked. Waits for
     * whoever is just doing the same.
     */
    void entomb(Connection connection) throws SQLException {
        String sql = """
                insert into qrtz_scheduler_state (sched_name, instance_name, last_checkin_time, checkin_interval)
                select f.sched_name, f.instance_name, 0, 0
                  from (select sched_name, instance_name from qrtz_fired_one_shots
                         union
                        select sched_name, instance_name from qrtz_fired_triggers) f
                 where f.sched_name = ? and f.instance_name <> ?
                   and not exists (select 1 from qrtz_scheduler_state s
                                    where s.sched_name = f.sched_name and s.instance_name = f.instance_name)
                 order by f.instance_name
                on conflict do nothing
                """;
        Rows.update(connection, sql, values -> values.text(schedulerName).text(instance));
    }

    /** Leaves the cluster, so that what is left behind is recovered without waiting for the lease. */
    void leave(Connection connection) throws SQLException {
        delete(connection, "instance_name = ?");
    }

    /** Removes all others: only for a database that nobody else can be using. */
    void dismissOthers(Connection connection) throws SQLException {
        delete(connection, "instance_name <> ?");
    }

    /** Removes those that {@link #dead} has returned in the same transaction. */
    void remove(Connection connection, List<String> dead) throws SQLException {
        String sql = "delete from qrtz_scheduler_state where sched_name = ? and instance_name = any (?)";
        Rows.update(connection, sql, values -> values.text(schedulerName).texts(dead));
    }

    private void delete(Connection connection, String condition) throws SQLException {
        String sql = "delete from qrtz_scheduler_state where sched_name = ? and " + condition;
        Rows.update(connection, sql, values -> values.text(schedulerName).text(instance));
    }

    @Override
    public String toString() {
        return instance + ", " + lease;
    }
}
