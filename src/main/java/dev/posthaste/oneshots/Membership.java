package dev.posthaste.oneshots;

import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * This node's place in the cluster: checks in, and tells who is there no more.
 *
 * <p>Others are judged by what this node saw itself: one is dead whose row has not changed for its lease, by this node's
 * steady clock, while this node's own check-ins were unbroken for as long. So neither a database that was away nor a clock
 * that was set makes a living node look dead. Who has a {@link Presence} is dead sooner: when that has ended before the eyes
 * of this node, whose own has not, no other session of it is left, and it has missed two check-ins since. Thread-safe.
 */
final class Membership {
    private final String schedulerName;
    private final String instance;
    private final Lease lease;
    private final Duration patience;
    private final Map<String, Sighting> others = new HashMap<>();
    private @Nullable Long key;
    private boolean isUnbroken;
    private volatile boolean hasLeft;

    /**
     * @param lease without a check-in for so long an instance counts as dead
     * @param patience the same, when its presence has ended
     */
    Membership(String schedulerName, String instance, Lease lease, Duration patience) {
        this.schedulerName = schedulerName;
        this.instance = instance;
        this.lease = lease;
        this.patience = patience;
    }

    /**
     * An instance that is there no more.
     *
     * @param isAbsent whether it has had a presence, and counts as dead before its lease has run out
     */
    private record Silent(String name, long checkIn, boolean hadLease, boolean isAbsent) {}

    /** What the table says of an instance. */
    private record Row(String name, long leaseMs, Duration patience, Sighting.Row seen) {}

    /** This node's own. */
    Lease lease() {
        return lease;
    }

    /** The session that stood for this node has ended, or may have: so others may not wait for its lease. */
    void losePresence() {
        lease.shorten(patience);
    }

    /**
     * Checks in, in the caller's transaction, which waits for whoever is just taking this node for dead.
     *
     * @param presence the key of the lock that a session holds for this node; null for none
     * @return to be run after the commit: the lease does not hold before. A row that is not there, or was made by who
     *     {@link #entomb}s, says that this node was taken for dead
     */
    Runnable checkIn(Connection connection, @Nullable Long presence) throws SQLException {
        if (hasLeft) {
            throw new SQLException("this node has left", "57P01");
        }
        String sql = """
                insert into qrtz_scheduler_state
                  (sched_name, instance_name, last_checkin_time, checkin_interval, presence_key, presence_patience)
                values (?, ?, floor(extract(epoch from clock_timestamp()) * 1000)::bigint, ?,
                        case when ? then ?::bigint end, ?)
                on conflict (sched_name, instance_name)
                do update set last_checkin_time = greatest(qrtz_scheduler_state.last_checkin_time + 1,
                                                           excluded.last_checkin_time),
                              checkin_interval = excluded.checkin_interval,
                              presence_key = excluded.presence_key,
                              presence_patience = excluded.presence_patience
                returning xmax = 0
                       or coalesce((select o.checkin_interval from qrtz_scheduler_state o
                                     where o.sched_name = ? and o.instance_name = ?), 0) = 0 as is_new
                """;
        Lease.Extension extension = lease.checkIn();
        boolean isNew = Rows.one(
                connection,
                sql,
                values -> values.text(schedulerName)
                        .text(instance)
                        .number(lease.length().toMillis())
                        .flag(presence != null)
                        .number(presence == null ? 0 : presence)
                        .number(patience.toMillis())
                        .text(schedulerName)
                        .text(instance),
                row -> row.getBoolean("is_new"));
        return () -> checkedIn(extension, isNew, presence);
    }

    /**
     * With another presence than before a new term begins: the one before may have ended for so long that this node was taken
     * for dead, and the answer to the check-in that told it so may have been lost.
     */
    private synchronized void checkedIn(Lease.Extension extension, boolean isNew, @Nullable Long presence) {
        boolean isAnother = !Objects.equals(key, presence);
        extension.committed(isNew || isAnother);
        if (isAnother) {
            key = presence;
            isUnbroken = false;
        }
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

    /** A lock that can be had is held by nobody; it is given back with the transaction. */
    private List<Silent> look(Connection connection) throws SQLException {
        String sql = """
                select instance_name, last_checkin_time, checkin_interval, presence_key,
                       coalesce(presence_patience, 0) as patience,
                       presence_key is not null and not pg_try_advisory_xact_lock_shared(presence_key) as is_present
                  from qrtz_scheduler_state where sched_name = ?
                """;
        Map<String, Row> rows = Rows.map(
                connection,
                sql,
                values -> values.text(schedulerName),
                row -> row.getString("instance_name"),
                this::read);
        Row own = rows.remove(instance);
        boolean stands = own != null
                && own.seen().isPresent()
                && Objects.equals(own.seen().key(), key);
        Sighting.Witness witness = new Sighting.Witness(stands, isUnbroken);
        isUnbroken = stands;
        others.keySet().retainAll(rows.keySet());
        long now = lease.nanoTime();
        List<Silent> silent = new ArrayList<>();
        for (Row row : rows.values()) {
            Sighting before = others.get(row.name());
            Sighting seen =
                    before == null ? Sighting.first(row.seen(), witness, now) : before.then(row.seen(), witness, now);
            others.put(row.name(), seen);
            if (isSilent(seen, row.leaseMs(), now)) {
                silent.add(new Silent(row.name(), seen.checkIn(), row.leaseMs() > 0, false));
            } else if (seen.isAbsentFor(row.patience(), now) && lease.holds()) {
                silent.add(new Silent(row.name(), seen.checkIn(), true, true));
            }
        }
        return silent;
    }

    private Row read(ResultSet row) throws SQLException {
        return new Row(
                row.getString("instance_name"),
                row.getLong("checkin_interval"),
                Duration.ofMillis(row.getLong("patience")),
                new Sighting.Row(
                        row.getLong("last_checkin_time"),
                        row.getObject("presence_key", Long.class),
                        row.getBoolean("is_present")));
    }

    private List<String> locked(Connection connection, List<Silent> silent) throws SQLException {
        List<String> locked = new ArrayList<>();
        for (Silent one : silent) {
            boolean mayLive = one.isAbsent() && hasSessions(connection, one.name());
            if (!mayLive && lockIfUnchanged(connection, one.name(), one.checkIn())) {
                locked.add(one.name());
            }
        }
        return locked;
    }

    /**
     * Whether the database has any session of it left. A process that ends takes all of them with it; whoever is without the
     * one that stands for him, but has others, is alive or about to be found so.
     */
    private static boolean hasSessions(Connection connection, String name) throws SQLException {
        String sql =
                "select 1 from pg_stat_activity where application_name = ? and datname = current_database() limit 1";
        String sessions = new InstanceName(name).sessions();
        return Rows.exist(connection, sql, values -> values.text(sessions));
    }

    /** Who has no lease is silent at once; others when nothing can have kept this node from hearing them. */
    private boolean isSilent(Sighting sighting, long leaseMs, long now) {
        if (leaseMs == 0) {
            return true;
        }
        return sighting.isUnchangedFor(Duration.ofMillis(leaseMs), now) && lease.hasHeldForItsLength();
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

    /**
     * Leaves the cluster, so that what is left behind is recovered without waiting for the lease. A check-in that is still under
     * way on its thread makes no row anew.
     */
    void leave(Connection connection) throws SQLException {
        hasLeft = true;
        delete(connection, "instance_name = ?");
    }

    /**
     * Removes all others: only for a database that nobody else can be using.
     *
     * @return how many of them were members
     */
    int dismissOthers(Connection connection) throws SQLException {
        return delete(connection, "instance_name <> ?");
    }

    /**
     * Removes those that {@link #dead} has returned in the same transaction.
     *
     * @return how many of them were members: to nobody else will they be, unless they join again
     */
    int remove(Connection connection, List<String> dead) throws SQLException {
        String sql = """
                with removed as (
                  delete from qrtz_scheduler_state where sched_name = ? and instance_name = any (?)
                  returning checkin_interval)
                select count(*) from removed where checkin_interval > 0
                """;
        return Rows.one(connection, sql, values -> values.text(schedulerName).texts(dead), row -> row.getInt(1));
    }

    private int delete(Connection connection, String condition) throws SQLException {
        String sql = """
                with removed as (
                  delete from qrtz_scheduler_state where sched_name = ? and %s returning checkin_interval)
                select count(*) from removed where checkin_interval > 0
                """.formatted(condition);
        return Rows.one(connection, sql, values -> values.text(schedulerName).text(instance), row -> row.getInt(1));
    }

    @Override
    public String toString() {
        return instance + ", " + lease;
    }
}
