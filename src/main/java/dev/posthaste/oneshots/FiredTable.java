package dev.posthaste.oneshots;

import dev.posthaste.sql.ArrayBinder;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one-shots that have been claimed and have not ended: a row for all that a claim took of a group, from which the
 * places are struck off one by one, or many at once, until the row goes with the last. Who finds the row gone or the
 * place struck off has lost the race for it. Joins by primary key from the arrays that it is given, so that its plans are
 * right on tables that were never analysed. Thread-safe: holds no state.
 */
final class FiredTable {
    /**
     * Claims that end as a whole go at once; of others the places are struck off. Others may be changing the row: it is read
     * as it is by then, found by its key and not by its address, and not joined, see {@link ArrayBinder}.
     */
    private static final String STRIKE_OFF = """
            with whole as (
              delete from qrtz_fired_one_shots x where x.sched_name = :scheduler and x.claim_id = any (:whole)
              returning x.*, ~x.ended as newly
            ), part as (
              update qrtz_fired_one_shots x
                 set (ended, struck, remaining) = (
                   select x.ended | p.places, p.places & ~x.ended,
                          length(replace((x.ended | p.places)::text, '1', ''))
                     from (select rpad((:places::text[])[width_bucket(x.claim_id::text collate "C", :part::text[])],
                                       length(x.ended), '0')::bit varying as places offset 0) p)
               where x.sched_name = :scheduler and x.claim_id = any (:part)
              returning x.*, x.struck as newly
            ), ended as (
              select * from whole union all select * from part
            )
            """;

    private static final String ENDED =
            "select claim_id, trigger_group, counted, newly::text as places, remaining from ended";

    private static final NamedSql COMPLETE = NamedSql.of(STRIKE_OFF + ENDED);

    private static final NamedSql PUT_BACK = NamedSql.of(STRIKE_OFF + """
            , waiting as (
              insert into qrtz_triggers
                (sched_name, trigger_name, trigger_group, job_name, job_group, next_fire_time, prev_fire_time,
                 priority, trigger_state, trigger_type, start_time, end_time, misfire_instr, weight)
              select :scheduler, s.name, e.trigger_group, e.job_name, 'one-shots', greatest(s.due, :not_before), -1, s.priority,
                     'WAITING', 'ONCE', s.due, 0, -1, s.weight
                from ended e
               cross join lateral unnest(e.trigger_names, e.due_times, e.priorities, e.weights)
                     with ordinality as s (name, due, priority, weight, place)
               where get_bit(e.newly, s.place::int - 1) = 1
              on conflict do nothing
            )
            """ + ENDED);

    private final String schedulerName;

    FiredTable(String schedulerName) {
        this.schedulerName = schedulerName;
    }

    /**
     * Firings that have ended.
     *
     * @param owned those that were still there
     * @param gated how many of them had been counted by the gate of their group
     */
    record Ended(Set<ClaimedOneShot> owned, Map<String, Integer> gated) {}

    /** Ends firings. */
    Ended complete(Connection connection, Collection<ClaimedOneShot> firings) throws SQLException {
        return end(connection, COMPLETE, values -> bind(values, firings), firings);
    }

    /** Undoes claims: the triggers wait again, not before {@code notBefore} (milliseconds since 1970). */
    Ended putBack(Connection connection, Collection<ClaimedOneShot> firings, long notBefore) throws SQLException {
        return end(connection, PUT_BACK, values -> bind(values.number("not_before", notBefore), firings), firings);
    }

    /** Those of the firings that have neither ended nor been taken over. */
    Set<ClaimedOneShot> owned(Connection connection, Collection<ClaimedOneShot> firings) throws SQLException {
        String sql = """
                select claim_id, ended::text as ended from qrtz_fired_one_shots where sched_name = ? and claim_id = any (?)
                """;
        List<String> claims =
                firings.stream().map(ClaimedOneShot::claim).distinct().toList();
        Map<String, String> ended = Rows.map(
                connection,
                sql,
                values -> values.text(schedulerName).texts(claims),
                row -> row.getString("claim_id"),
                row -> row.getString("ended"));
        return firings.stream()
                .filter(firing -> isOpen(ended.get(firing.claim()), firing.place()))
                .collect(Collectors.toSet());
    }

    private static boolean isOpen(@Nullable String ended, int place) {
        return ended != null && ended.charAt(place - 1) == '0';
    }

    /**
     * Firings that were taken away from dead instances.
     *
     * @param shots the same, as they wait if they fire again
     * @param gated how many of them had been counted by the gate of their group
     */
    record Abandoned(List<ClaimedOneShot> firings, List<OneShot> shots, Map<String, Integer> gated) {}

    /**
     * Takes firings of dead instances away from them; those that fire again are to be inserted again. What a session of a
     * dead instance still holds is left for the next time: nobody waits for the dead.
     *
     * @param instances members, whose rows the transaction has locked
     * @param max of firings, or a claim more than that
     */
    Abandoned abandon(Connection connection, Collection<String> instances, int max) throws SQLException {
        return abandon(connection, instances, max, "");
    }

    /**
     * The same where they are no members any more. One that is back has a row by the time at which it claims, so that none of
     * its new claims is seen without that.
     */
    Abandoned abandonLeftBehind(Connection connection, Collection<String> instances, int max) throws SQLException {
        return abandon(connection, instances, max, """
                and not exists (select 1 from qrtz_scheduler_state s
                                 where s.sched_name = f.sched_name and s.instance_name = f.instance_name)
                """);
    }

    private Abandoned abandon(Connection connection, Collection<String> instances, int max, String condition)
            throws SQLException {
        // In no order: to find which are the first, each piece would sort all that is left.
        String sql = """
                with free as materialized (
                  select f.ctid as row_id, f.remaining
                    from qrtz_fired_one_shots f
                   where f.sched_name = ? and f.instance_name = any (?) %s
                   limit ?
                     for update skip locked
                ), counted as materialized (
                  select row_id,
                         sum(remaining) over (order by row_id rows unbounded preceding)
                           - remaining as before
                    from free
                ), taken as (
                  delete from qrtz_fired_one_shots
                   where ctid = any (array(select row_id from counted where before < ?)) returning *
                )
                select s.name, t.trigger_group, t.job_name, t.claim_id, s.place, cardinality(t.trigger_names) as taken,
                       s.due, t.fired_time, s.priority, s.weight, t.counted
                  from taken t
                 cross join lateral unnest(t.trigger_names, t.due_times, t.priorities, t.weights)
                       with ordinality as s (name, due, priority, weight, place)
                 where get_bit(t.ended, s.place::int - 1) = 0
                """.formatted(condition);
        Parameters.Binding binding = values ->
                values.text(schedulerName).texts(instances).integer(max).integer(max);
        Abandoned abandoned = new Abandoned(new ArrayList<>(), new ArrayList<>(), new HashMap<>());
        Rows.each(connection, sql, binding, row -> {
            ClaimedOneShot firing = read(row);
            int priority = row.getInt("priority");
            abandoned.firings().add(firing);
            abandoned.shots().add(new OneShot(firing.key(), firing.kind(), firing.due(), priority, firing.weight()));
            if (row.getBoolean("counted")) {
                abandoned.gated().merge(firing.key().group(), 1, Integer::sum);
            }
        });
        return abandoned;
    }

    /** All that is in flight on an instance, as the database has it. */
    List<ClaimedOneShot> of(Connection connection, String instance) throws SQLException {
        String sql = """
                select s.name, t.trigger_group, t.job_name, t.claim_id, s.place, cardinality(t.trigger_names) as taken,
                       s.due, t.fired_time, s.weight
                  from qrtz_fired_one_shots t
                 cross join lateral unnest(t.trigger_names, t.due_times, t.weights)
                       with ordinality as s (name, due, weight, place)
                 where t.sched_name = ? and t.instance_name = ? and get_bit(t.ended, s.place::int - 1) = 0
                """;
        return Rows.list(connection, sql, values -> values.text(schedulerName).text(instance), FiredTable::read);
    }

    /** Which of these are in flight: looks through what is in flight of their groups. */
    Set<OneShotKey> executing(Connection connection, Collection<OneShotKey> keys) throws SQLException {
        String sql = """
                select s.name as trigger_name, f.trigger_group
                  from unnest(?) as wanted (grp)
                 cross join lateral (
                   select x.trigger_group, x.trigger_names, x.ended from qrtz_fired_one_shots x
                    where x.sched_name = ? and x.trigger_group = wanted.grp offset 0) f
                 cross join lateral unnest(f.trigger_names) with ordinality as s (name, place)
                 where get_bit(f.ended, s.place::int - 1) = 0
                """;
        List<String> groups = keys.stream().map(OneShotKey::group).distinct().toList();
        Set<OneShotKey> executing = OneShotTable.keys(
                connection, sql, values -> values.texts(groups).text(schedulerName));
        executing.retainAll(Set.copyOf(keys));
        return executing;
    }

    Set<OneShotKey> executing(Connection connection, String kind) throws SQLException {
        String sql = """
                select s.name as trigger_name, f.trigger_group
                  from qrtz_fired_one_shots f
                 cross join lateral unnest(f.trigger_names) with ordinality as s (name, place)
                 where f.sched_name = ? and f.job_name = ? and get_bit(f.ended, s.place::int - 1) = 0
                """;
        return OneShotTable.keys(
                connection, sql, values -> values.text(schedulerName).text(kind));
    }

    /** Claims of instances that are no members, and what of each has not ended; a few of them, if there are many. */
    Map<String, Integer> ofNobody(Connection connection) throws SQLException {
        String sql = """
                select f.claim_id, f.remaining from qrtz_fired_one_shots f
                 where f.sched_name = ?
                   and not exists (select 1 from qrtz_scheduler_state s
                                    where s.sched_name = f.sched_name and s.instance_name = f.instance_name
                                      and s.checkin_interval > 0)
                 limit 1000
                """;
        return Rows.map(
                connection,
                sql,
                values -> values.text(schedulerName),
                row -> row.getString("claim_id"),
                row -> row.getInt("remaining"));
    }

    private void bind(NamedSql.Values values, Collection<ClaimedOneShot> firings) throws SQLException {
        List<String> whole = new ArrayList<>();
        Map<String, BitSet> part = new TreeMap<>(); // In order: they are searched by halves.
        firings.stream().collect(Collectors.groupingBy(ClaimedOneShot::claim)).forEach((claim, ended) -> {
            BitSet places = new BitSet();
            ended.forEach(firing -> places.set(firing.place() - 1));
            if (places.cardinality() == ended.get(0).of()) {
                whole.add(claim);
            } else {
                part.put(claim, places);
            }
        });
        Collections.sort(whole);
        values.text("scheduler", schedulerName)
                .texts("whole", whole)
                .texts("part", part.keySet())
                .texts("places", part.values().stream().map(FiredTable::asText).toList());
    }

    /** Up to the last that is set. */
    private static String asText(BitSet places) {
        StringBuilder text = new StringBuilder(places.length());
        for (int i = 0; i < places.length(); i++) {
            text.append(places.get(i) ? '1' : '0');
        }
        return text.toString();
    }

    private Ended end(Connection connection, NamedSql sql, NamedSql.Binding binding, Collection<ClaimedOneShot> firings)
            throws SQLException {
        Map<String, String> places = new HashMap<>();
        List<String> used = new ArrayList<>();
        Ended ended = new Ended(new HashSet<>(), new HashMap<>());
        sql.each(connection, binding, row -> {
            String claim = row.getString("claim_id");
            String newly = row.getString("places");
            places.put(claim, newly);
            if (row.getInt("remaining") == 0) {
                used.add(claim);
            }
            int count = (int) newly.chars().filter(bit -> bit == '1').count();
            if (row.getBoolean("counted") && count > 0) {
                ended.gated().merge(row.getString("trigger_group"), count, Integer::sum);
            }
        });
        for (ClaimedOneShot firing : firings) {
            String newly = places.get(firing.claim());
            if (newly != null && newly.charAt(firing.place() - 1) == '1') {
                ended.owned().add(firing);
            }
        }
        deleteUsed(connection, used);
        return ended;
    }

    /** A statement cannot change a row and take it away. */
    private void deleteUsed(Connection connection, List<String> claims) throws SQLException {
        if (claims.isEmpty()) {
            return;
        }
        String sql = "delete from qrtz_fired_one_shots where sched_name = ? and claim_id = any (?)";
        Rows.update(connection, sql, values -> values.text(schedulerName).texts(claims));
    }

    private static ClaimedOneShot read(ResultSet row) throws SQLException {
        return new ClaimedOneShot(
                new OneShotKey(row.getString("trigger_group"), row.getString("name")),
                row.getString("job_name"),
                row.getString("claim_id"),
                row.getInt("place"),
                row.getInt("taken"),
                Instant.ofEpochMilli(row.getLong("due")),
                Instant.ofEpochMilli(row.getLong("fired_time")),
                row.getInt("weight"));
    }
}
