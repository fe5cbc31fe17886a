package dev.posthaste.queues;

import dev.posthaste.jobs.NoQueue;
import dev.posthaste.sql.Parameters;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The {@code queue_stats_counted} table: how much of each queue's tally has been taken by whoever keeps it by time. The
 * difference to {@code queue_counts} is what has happened since, whoever counted it, and whatever has died. Thread-safe:
 * holds no state.
 */
public final class TallyDao {
    /** Who moves what is counted keeps others from taking the difference before and after. */
    private static final String KEY = "hashtext('posthaste tallies')";

    private final QueueCountDao counts;

    /** Moves rows of {@code queue_counts} through their owner. */
    public TallyDao(QueueCountDao counts) {
        this.counts = counts;
    }

    /**
     * What has happened in a queue since the last look.
     *
     * @param queueId of what belongs to no queue the number of {@link NoQueue}
     */
    public record Since(long teamId, long queueId, Tally tally) {}

    /**
     * Takes what has happened since the last look, in the caller's transaction: only if that is committed has it been looked
     * at. Empty also while another transaction is at it.
     */
    public List<Since> take(Connection connection) throws SQLException {
        // A statement of its own, so that the next one sees all that was committed by whoever held the key before.
        boolean isOurs = Rows.one(
                connection, "select pg_try_advisory_xact_lock(" + KEY + ")", Parameters.NONE, row -> row.getBoolean(1));
        return isOurs ? takeHeld(connection) : List.of();
    }

    private static List<Since> takeHeld(Connection connection) throws SQLException {
        String sql = """
                with counted as materialized (
                  select c.queue_id, sum(c.accepted)::bigint as accepted, sum(c.delivered)::bigint as delivered,
                         sum(c.failed_attempts)::bigint as failed_attempts, sum(c.retried)::bigint as retried,
                         sum(c.died)::bigint as died, sum(c.cancelled)::bigint as cancelled
                    from queue_counts c
                   group by c.queue_id
                ), since as materialized (
                  select case when c.queue_id < 0 then -c.queue_id else q.team_id end as team_id, c.queue_id,
                         c.accepted - coalesce(o.accepted, 0) as accepted,
                         c.delivered - coalesce(o.delivered, 0) as delivered,
                         c.failed_attempts - coalesce(o.failed_attempts, 0) as failed_attempts,
                         c.retried - coalesce(o.retried, 0) as retried,
                         c.died - coalesce(o.died, 0) as died,
                         c.cancelled - coalesce(o.cancelled, 0) as cancelled
                    from counted c
                    left join queue_stats_counted o on o.queue_id = c.queue_id
                    left join queues q on q.id = c.queue_id
                   where (c.accepted, c.delivered, c.failed_attempts, c.retried, c.died, c.cancelled)
                         <> (coalesce(o.accepted, 0), coalesce(o.delivered, 0), coalesce(o.failed_attempts, 0),
                             coalesce(o.retried, 0), coalesce(o.died, 0), coalesce(o.cancelled, 0))
                ), taken as (
                  insert into queue_stats_counted as o
                    (queue_id, accepted, delivered, failed_attempts, retried, died, cancelled)
                  select c.queue_id, c.accepted, c.delivered, c.failed_attempts, c.retried, c.died, c.cancelled
                    from counted c join since s on s.queue_id = c.queue_id
                   where s.team_id is not null
                  on conflict (queue_id) do update
                     set accepted = excluded.accepted, delivered = excluded.delivered,
                         failed_attempts = excluded.failed_attempts, retried = excluded.retried,
                         died = excluded.died, cancelled = excluded.cancelled
                )
                select * from since where team_id is not null order by team_id, queue_id
                """;
        return Rows.list(connection, sql, Parameters.NONE, TallyDao::since);
    }

    private static Since since(ResultSet row) throws SQLException {
        return new Since(row.getLong("team_id"), row.getLong("queue_id"), tally(row));
    }

    /** Of a row with the columns of a tally, as every table calls them. */
    public static Tally tally(ResultSet row) throws SQLException {
        return new Tally(
                row.getLong("accepted"),
                row.getLong("delivered"),
                row.getLong("failed_attempts"),
                row.getLong("retried"),
                row.getLong("died"),
                row.getLong("cancelled"));
    }

    /**
     * Deletes a queue's counts, in the transaction that deletes it; its tally goes on in that of what belongs to no queue of
     * its team, with as much of it as was taken.
     */
    void removeQueue(Connection connection, long teamId, long queueId) throws SQLException {
        hold(connection);
        String fold = """
                insert into queue_stats_counted as o
                  (queue_id, accepted, delivered, failed_attempts, retried, died, cancelled)
                select ?, d.accepted, d.delivered, d.failed_attempts, d.retried, d.died, d.cancelled
                  from queue_stats_counted d where d.queue_id = ?
                on conflict (queue_id) do update
                   set accepted = o.accepted + excluded.accepted, delivered = o.delivered + excluded.delivered,
                       failed_attempts = o.failed_attempts + excluded.failed_attempts,
                       retried = o.retried + excluded.retried, died = o.died + excluded.died,
                       cancelled = o.cancelled + excluded.cancelled
                """;
        Rows.update(
                connection, fold, values -> values.number(NoQueue.of(teamId)).number(queueId));
        Rows.update(connection, "delete from queue_stats_counted where queue_id = ?", values -> values.number(queueId));
        counts.removeQueue(connection, teamId, queueId);
    }

    /** Deletes what is left of teams and queues that are gone, in the caller's transaction. */
    public void removeGone(Connection connection) throws SQLException {
        hold(connection);
        counts.removeGoneTeams(connection);
        String sql = """
                delete from queue_stats_counted o
                 where not exists (select 1 from queue_counts c where c.queue_id = o.queue_id)
                """;
        Rows.update(connection, sql, Parameters.NONE);
    }

    private static void hold(Connection connection) throws SQLException {
        Rows.each(connection, "select pg_advisory_xact_lock(" + KEY + ")", Parameters.NONE, row -> {});
    }
}
