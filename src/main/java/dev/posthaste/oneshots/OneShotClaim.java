package dev.posthaste.oneshots;

import dev.posthaste.oneshots.Backlog.Claimed;
import dev.posthaste.oneshots.Backlog.Claims;
import dev.posthaste.oneshots.Backlog.Share;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Claims what is due of several groups, set-based: one statement that takes a share of each out of the triggers and
 * records it as fired, in one row of the {@link FiredTable}, skipping what others are claiming. The row holds all that
 * the triggers need to wait again.
 * Thread-safe: holds no state.
 */
final class OneShotClaim {
    private static final NamedSql CLAIM = NamedSql.of("""
            with wanted as materialized (
              select * from unnest(:groups, :priorities, :maxima, :bytes, :behind) as w (trigger_group, priority, max, bytes, behind)
            ), due as materialized (
              select t.row_id, t.trigger_name, w.trigger_group, t.job_name, t.next_fire_time, t.weight, w.priority, w.max,
                     w.bytes
                from wanted w
                cross join lateral (
                  select x.ctid as row_id, x.trigger_name, x.job_name, x.next_fire_time, x.weight
                    from qrtz_triggers x
                   where x.sched_name || '' = :scheduler and x.trigger_group collate "C" = w.trigger_group
                     and x.priority = w.priority and x.trigger_state = 'WAITING' and x.trigger_type = 'ONCE'
                     and x.next_fire_time <= :latest
                   order by x.next_fire_time
                   limit w.max + w.behind
                     for update skip locked) t
               where w.trigger_group = any (:locked)
                  or not exists (select 1 from qrtz_group_gates g
                                  where g.sched_name = :scheduler and g.trigger_group = w.trigger_group)
            ), mine as materialized (
              select *
                from (select due.*, count(*) filter (where weight = 0 or bytes > 0) over in_turn as place, sum(weight) over in_turn as weighs
                        from due
                      window in_turn as (partition by trigger_group order by priority desc, next_fire_time
                                         rows unbounded preceding)) due
               where due.place <= due.max and (due.weight = 0 or due.weighs <= due.bytes)
            ), taken as (
              delete from qrtz_triggers where ctid = any (array(select row_id from mine))
              returning trigger_name, trigger_group, job_name, next_fire_time, priority, weight
            ), claims as materialized (
              select :prefix || row_number() over () as claim_id, trigger_group, job_name,
                     floor(extract(epoch from clock_timestamp()) * 1000)::bigint as fired_time,
                     array_agg(trigger_name::text) as trigger_names, array_agg(next_fire_time) as due_times,
                     array_agg(priority) as priorities, array_agg(weight) as weights, count(*)::int as taken
                from taken
               group by trigger_group, job_name
            ), fired as (
              insert into qrtz_fired_one_shots
                (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time, counted, trigger_names,
                 due_times, priorities, weights, ended, remaining)
              select :scheduler, claim_id, :instance, trigger_group, job_name, fired_time, trigger_group = any (:locked), trigger_names,
                     due_times, priorities, weights, repeat('0', taken)::bit varying, taken
                from claims
            )
            select claim_id, trigger_group, job_name, fired_time, trigger_names, due_times, priorities, weights,
                   null as next_fire_time, null as priority, null as weight
              from claims cross join (select set_config('synchronous_commit', 'off', true)) as unhurried
            union all
            select null, w.trigger_group, n.job_name, null, null, null, null, null, n.next_fire_time, w.priority, n.weight
              from wanted w
              cross join lateral (
                select count(*) as of_group
                  from mine t
                 where t.trigger_group = w.trigger_group) given
              cross join lateral (
                select x.job_name, x.next_fire_time, x.weight
                  from qrtz_triggers x
                 where x.sched_name || '' = :scheduler and x.trigger_group collate "C" = w.trigger_group
                   and x.priority = w.priority and x.trigger_state = 'WAITING' and x.trigger_type = 'ONCE'
                   and x.ctid <> all (array(select row_id from mine))
                 order by x.next_fire_time
                 limit 1) n
             where given.of_group < w.max
            """);

    private final String schedulerName;

    OneShotClaim(String schedulerName) {
        this.schedulerName = schedulerName;
    }

    /**
     * Claims what it could delete: a trigger that was rescheduled since the statement began is locked as it is by now, which
     * the statement cannot see, and stays for the next claim. Takes of a group not more than its first share says, higher
     * priorities first, and no more bytes. Of a group that had less it looks at the one behind those that it gave.
     *
     * <p>The claim's transaction does not wait for the disk. Should the database crash before it is there, the one-shots wait
     * again; every completion, which does wait, takes it along.
     *
     * @param locked the groups whose gates the transaction has locked; others with a gate are left alone
     * @param latest in milliseconds since 1970, by the database's clock
     * @param claimPrefix makes the names of the claims unique together with a number from 1 on
     */
    Claims claim(
            Connection connection,
            String instance,
            String claimPrefix,
            long latest,
            List<Share> shares,
            Collection<String> locked)
            throws SQLException {
        Claims claims = new Claims(new ArrayList<>(), new ArrayList<>());
        NamedSql.Binding binding = values -> values.text("scheduler", schedulerName)
                .text("instance", instance)
                .text("prefix", claimPrefix)
                .number("latest", latest)
                .texts("locked", locked)
                .rows(shares)
                .texts("groups", Share::group)
                .ints("priorities", Share::priority)
                .ints("maxima", Share::max)
                .longs("bytes", Share::bytes)
                .ints("behind", Share::behind);
        CLAIM.each(connection, binding, row -> {
            if (row.getString("claim_id") == null) {
                claims.next().add(readWaiting(row));
            } else {
                readTaken(row, claims.taken());
            }
        });
        claims.taken()
                .sort(Comparator.<Claimed, Instant>comparing(one -> one.firing().due())
                        .thenComparing(one -> -one.priority()));
        return claims;
    }

    /**
     * Finds every group and priority with waiting one-shots by skipping through the index: two probes for each, however
     * many one-shots wait.
     */
    List<WaitingGroups.Waiting> discover(Connection connection) throws SQLException {
        String sql = """
                with recursive skip as (
                  (select x.trigger_group, x.priority, x.job_name, x.next_fire_time, x.weight
                     from qrtz_triggers x
                    where x.sched_name || '' = ? and x.trigger_state = 'WAITING' and x.trigger_type = 'ONCE'
                    order by x.trigger_group collate "C", x.priority, x.next_fire_time
                    limit 1)
                  union all
                  select n.* from skip s cross join lateral (
                    select x.trigger_group, x.priority, x.job_name, x.next_fire_time, x.weight
                      from qrtz_triggers x
                     where x.sched_name || '' = ? and x.trigger_state = 'WAITING' and x.trigger_type = 'ONCE'
                       and (x.trigger_group collate "C", x.priority) > (s.trigger_group, s.priority)
                     order by x.trigger_group collate "C", x.priority, x.next_fire_time
                     limit 1) n
                )
                select trigger_group, priority, job_name, next_fire_time, weight from skip
                """;
        return Rows.list(
                connection, sql, values -> values.text(schedulerName).text(schedulerName), OneShotClaim::readWaiting);
    }

    private static WaitingGroups.Waiting readWaiting(ResultSet row) throws SQLException {
        return new WaitingGroups.Waiting(
                row.getString("trigger_group"),
                row.getString("job_name"),
                row.getInt("priority"),
                row.getLong("next_fire_time"),
                row.getInt("weight"));
    }

    private static void readTaken(ResultSet row, List<Claimed> taken) throws SQLException {
        String group = row.getString("trigger_group");
        String kind = row.getString("job_name");
        String claim = row.getString("claim_id");
        Instant firedAt = Instant.ofEpochMilli(row.getLong("fired_time"));
        String[] names = (String[]) row.getArray("trigger_names").getArray();
        Long[] dueTimes = (Long[]) row.getArray("due_times").getArray();
        Integer[] priorities = (Integer[]) row.getArray("priorities").getArray();
        Integer[] weights = (Integer[]) row.getArray("weights").getArray();
        for (int i = 0; i < names.length; i++) {
            OneShotKey key = new OneShotKey(group, names[i]);
            Instant due = Instant.ofEpochMilli(dueTimes[i]);
            taken.add(new Claimed(
                    new ClaimedOneShot(key, kind, claim, i + 1, names.length, due, firedAt, weights[i]),
                    priorities[i]));
        }
    }
}
