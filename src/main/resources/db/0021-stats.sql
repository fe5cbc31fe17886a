--liquibase formatted sql

--changeset posthaste:0021-tallies
-- What has happened, counted since this version and never taken back, beside the counts of what is there: in the row that is
-- written anyway. Columns with a constant default are not a rewrite. Under the number of no queue (minus the team's id) stand
-- executions of crons without a queue, and what deleted queues had counted.
alter table queue_counts
  add column accepted bigint not null default 0,
  add column delivered bigint not null default 0,
  add column failed_attempts bigint not null default 0,
  add column retried bigint not null default 0,
  add column died bigint not null default 0,
  add column cancelled bigint not null default 0;

--changeset posthaste:0021-stats-counted
-- How much of a queue's tally stands in the minutes already: the difference is what the next flush adds to them. Both change
-- in one transaction, so that whatever dies when, nothing is missing from the minutes and nothing in them twice.
create table queue_stats_counted (
  queue_id bigint primary key,
  accepted bigint not null,
  delivered bigint not null,
  failed_attempts bigint not null,
  retried bigint not null,
  died bigint not null,
  cancelled bigint not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);

--changeset posthaste:0021-stats
-- By minute, and by hour after a day. Queue 0 is all that the team has, queues or not.
create table queue_stats (
  team_id bigint not null,
  queue_id bigint not null,
  at timestamptz not null,
  -- Seconds: 60 or 3600.
  step integer not null,
  accepted bigint not null,
  delivered bigint not null,
  failed_attempts bigint not null,
  retried bigint not null,
  died bigint not null,
  cancelled bigint not null,
  -- How many were within 1, 2, 4, 8 … ms, without the zeros at the end; what was longer than the last bound behind it.
  lateness bigint[] not null,
  lateness_max_ms bigint not null,
  duration bigint[] not null,
  duration_max_ms bigint not null,
  -- How they are read: a range of one queue or team.
  primary key (team_id, queue_id, at, step)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
-- What is rolled up, and what is kept no longer.
create index queue_stats_age on queue_stats (step, at);
