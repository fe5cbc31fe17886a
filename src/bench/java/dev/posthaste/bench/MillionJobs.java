package dev.posthaste.bench;

import java.sql.SQLException;

/**
 * Writes a month's jobs by SQL into a database whose server has just started: one queue with half of them, {@code small}
 * with ten, one full of dead letters, and 197 of very different sizes; every state that a chain can be in, a third with
 * tags. The oldest finished ones are old enough to be removed. Nothing is due while a bench runs, and nothing is analysed.
 */
final class MillionJobs {
    /** Half of all jobs: four of five pending, the others completed long ago. */
    static final String LARGE = "large";

    /** One of 25 jobs: dead letters of four attempts. */
    static final String BROKEN = "broken";

    /** In the URLs of very few chains. */
    static final String RARE_PART = "needle";

    /** Which kinds of chains there are, how many attempts they have had and how many of 40 chains are of the kind. */
    private static final String KINDS = """
            create temp table kinds (kind text, attempts integer, low integer, high integer);
            insert into kinds values
              ('pending', 1, 0, 5), ('success', 1, 6, 29), ('success', 2, 30, 31), ('dead', 4, 32, 32),
              ('replayed', 4, 33, 33), ('no_retries', 1, 34, 35), ('retrying', 2, 36, 36), ('retrying', 3, 37, 37),
              ('cancelled', 1, 38, 38), ('cancelled', 2, 39, 39);
            """;

    private static final String QUEUES = """
            insert into queues (team_id, name, dlq_retention_days)
            select t.id, case n when 1 then 'large' when 2 then 'broken' when 3 then 'small' else 'queue-' || n end, 60
              from teams t cross join generate_series(1, 200) n where t.name = 'default' order by n;
            """;

    /** When each chain began: as old as retention wants it, or within the last 29 days. */
    private static final String CHAINS = """
            create temp table chains as
            select row_number() over () as chain, x.* from (
              select 1 as queue, 'pending' as kind, 1 as attempts, c * 29.0 / (%1$d * 0.4) as days_later
                from generate_series(1, (%1$d * 0.4)::integer) c
              union all
              select 1, 'success', 1, -1.0 from generate_series(1, (%1$d * 0.1)::integer) c
              union all
              select 2, 'dead', 4, 15 + c * 14.0 / (%1$d * 0.01) from generate_series(1, (%1$d * 0.01)::integer) c
              union all
              select 3, case when c <= 6 then 'success' else 'pending' end, 1, c * 2.9 from generate_series(1, 10) c
              union all
              select 4 + floor(197 * power(c::bigint * 7919 %% 10007 / 10007.0, 3))::integer, k.kind, k.attempts,
                     case when c < %1$d * 0.129 then -1 else c * 29.0 / (%1$d * 0.3538) end
                from generate_series(1, (%1$d * 0.3538)::integer) c
                join kinds k on c %% 40 between k.low and k.high) x;
            """;

    private static final String ATTEMPTS = """
            create temp table attempts as
            select row_number() over (order by at) as id, y.*
              from (
                select c.chain, c.queue, c.kind, c.attempts, n as attempt,
                       (case when c.days_later < 0
                             then now() - interval '30 days 4 hours' - c.chain %% 1000 * interval '1 second'
                             else now() - interval '29 days 4 hours' + c.days_later * interval '1 day' end)
                         + (array[0, 60, 1860, 12660])[n] * interval '1 second' as at,
                       case when c.kind = 'pending' or c.kind = 'retrying' and n = c.attempts then 'pending'
                            when c.kind = 'cancelled' and n = c.attempts then 'cancelled'
                            when c.kind = 'success' and n = c.attempts then 'completed'
                            else 'failed' end as status
                  from chains c cross join generate_series(1, c.attempts) n) y;
            """;

    private static final String JOBS = """
            insert into requests (id, method, url, headers, body_kind, body, tags)
            select id, 'POST', 'https://hooks-' || queue || '.example.com/v1/events/'
                     || case when id %% 100000 = 77777 then 'needle-' else '' end || id,
                   '{"X-Tenant":"' || queue || '"}', 'PAYLOAD',
                   '{"user_id": ' || id || ', "template": "welcome", "locale": "en"}',
                   case when id %% 100000 = 77777 then array['rare', 'welcome']
                        when id %% 3 = 0 then array['welcome', 'tenant-' || id %% 5000] end
              from attempts where attempt = 1 order by id;
            insert into jobs (id, team_id, queue_id, request_id, original_job_id, attempt_number, priority, status,
                   final_status, created_at, due_at, concluded_at, dead_lettered_at, replayed_as)
            select a.id, q.team_id, q.id, o.id, o.id, a.attempt, 5, a.status,
                   case when a.status = 'pending' then null
                        when a.attempt = 1 and a.kind in ('dead', 'replayed') then 'dead_lettered'
                        when a.attempt = 1 and a.kind = 'no_retries' then 'failed_no_retries'
                        when a.attempt = 1 then a.kind
                        when a.attempt < a.attempts then 'failed_with_retries'
                        when a.kind in ('dead', 'replayed') then 'dead_lettered'
                        else a.kind end,
                   a.at, case when a.status = 'pending' then now() + interval '1 day' else a.at end,
                   case when a.status <> 'pending' then a.at + interval '200 milliseconds' end,
                   case when a.kind in ('dead', 'replayed') and a.attempt in (1, 4) then a.at end,
                   case when a.kind = 'replayed' and a.attempt = 1 then a.id + 1 end
              from attempts a
              join (select chain, id from attempts where attempt = 1) o on o.chain = a.chain
              join (select *, row_number() over (order by id) as number from queues) q on q.number = a.queue
             order by a.id;
            select setval('jobs_id_seq', max(id)), setval('requests_id_seq', max(id)) from attempts;
            """;

    private static final String TRIGGERS = """
            insert into qrtz_triggers (sched_name, trigger_name, trigger_group, job_name, job_group, next_fire_time,
                   prev_fire_time, priority, trigger_state, trigger_type, start_time, end_time, misfire_instr)
            select 'posthaste', 'j' || id, 'q' || queue_id, 'delivery', 'one-shots', due, -1, 5, 'WAITING', 'ONCE', due,
                   0, -1
              from (select id, queue_id, floor(extract(epoch from due_at) * 1000)::bigint as due
                      from jobs where status = 'pending' order by id) j;
            """;

    /** A partition for each day, as they are there on a server that has run for a month. */
    private static final String RUNS = """
            do $$
            begin
              for day in 1..31 loop
                execute format('create table if not exists runs_%%s partition of runs for values from (%%L) to (%%L)',
                  to_char((now() at time zone 'UTC')::date - day, 'YYYYMMDD'),
                  ((now() at time zone 'UTC')::date - day) || ' 00:00:00+00',
                  ((now() at time zone 'UTC')::date - day + 1) || ' 00:00:00+00');
              end loop;
            end $$;
            insert into runs (job_id, started_at, executed_at, duration_ms, request_headers, response_status,
                   response_headers, response_body, failure_reason, error_message)
            select id, at, at + interval '132 milliseconds', 132, '{"Content-Type":"application/json"}',
                   case status when 'completed' then 200 else 503 end, '{"content-type":"application/json"}',
                   '{"ok": false, "trace": "' || md5(id::text) || '"}',
                   case status when 'failed' then 'http_server_error' end,
                   case status when 'failed' then 'The endpoint answered 503.' end
              from attempts where status in ('completed', 'failed') order by id;
            insert into callbacks (id, job_id, queue_id, url, body, status, attempts, last_response_status,
                   delivered_at, created_at)
            select nextval('callbacks_id_seq'), a.id, j.queue_id, 'https://back.example.com/done', '{}', 'delivered', 1,
                   200, a.at, a.at
              from attempts a join jobs j on j.id = a.id
             where a.status in ('completed', 'failed') and a.id %% 10 = 3 order by a.id;
            """;

    /** In sixteen rows for each queue, as many as there are after a while. */
    private static final String COUNTS = """
            insert into queue_counts (queue_id, shard, pending, completed, failed, dead_lettered)
            select q.id, shard, case when shard = 0 then c.pending else 0 end,
                   case when shard = 0 then c.completed else 0 end, case when shard = 0 then c.failed else 0 end,
                   case when shard = 0 then c.dead_lettered else 0 end
              from queues q
             cross join generate_series(0, 15) shard
              left join (
                select queue_id, count(*) filter (where status = 'pending') as pending,
                       count(*) filter (where attempt_number = 1 and final_status = 'success') as completed,
                       count(*) filter (where attempt_number = 1 and final_status = 'failed_no_retries') as failed,
                       count(*) filter (where attempt_number = 1 and final_status = 'dead_lettered'
                                          and replayed_as is null) as dead_lettered
                  from jobs group by queue_id) c on c.queue_id = q.id
             where c.queue_id is not null;
            drop table kinds, chains, attempts;
            """;

    private MillionJobs() {}

    /** Writes so many jobs; the 200 queues are there however few they are. */
    static void write(PooledDatabase database, int jobs) throws SQLException {
        database.execute((KINDS + QUEUES + CHAINS + ATTEMPTS + JOBS + TRIGGERS + RUNS + COUNTS).formatted(jobs));
    }
}
