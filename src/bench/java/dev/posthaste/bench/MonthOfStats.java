package dev.posthaste.bench;

import java.sql.SQLException;

/** Writes a month's statistics by SQL, of each queue and of the team: the last day by the minute, the rest by the hour. */
final class MonthOfStats {
    private static final String SQL = """
            insert into queue_stats (team_id, queue_id, at, step, accepted, delivered, failed_attempts, retried, died,
                   cancelled, lateness, lateness_max_ms, duration, duration_max_ms)
            select t.id, q.id, x.at, x.step, x.step / 6 + q.id % 7, x.step / 6, x.step / 60, x.step / 60, 0, 0,
                   array[3, 20, 40, 10, 3, 0, 1]::bigint[], 70, array[0, 0, 2, 30, 30, 20, 8, 3, 1]::bigint[], 300
              from teams t
             cross join (select id from queues union all select 0) q
             cross join (
               select date_trunc('minute', now()) - n * interval '1 minute', 60 from generate_series(1, 1440) n
               union all
               select date_trunc('hour', now()) - n * interval '1 hour', 3600 from generate_series(26, 720) n
             ) x (at, step)
             where t.name = 'default'
            on conflict do nothing
            """;

    private MonthOfStats() {}

    static void write(PooledDatabase database) throws SQLException {
        database.execute(SQL);
    }
}
