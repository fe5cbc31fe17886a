--liquibase formatted sql

--changeset posthaste:0001-teams
create table teams (
  id bigint generated always as identity primary key,
  name text not null unique,
  created_at timestamptz not null default now()
);
insert into teams (name) values ('default');

-- A token is never kept, only its SHA-256; the prefix lets a person tell tokens apart.
create table api_tokens (
  id bigint generated always as identity primary key,
  team_id bigint not null references teams (id),
  name text not null,
  prefix text not null,
  sha256 bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);

--changeset posthaste:0001-queues
create table queues (
  id bigint generated always as identity primary key,
  team_id bigint not null references teams (id),
  name text not null,
  is_active boolean not null default true,
  timeout_seconds integer not null default 30,
  retries_enabled boolean not null default true,
  retry_delays integer[] not null default '{60,1800,10800}',
  success_assertions text not null default '[]',
  alerts_enabled boolean not null default false,
  max_parallelism integer,
  max_per_second integer,
  dlq_retention_days integer not null default 14,
  created_at timestamptz not null default now(),
  -- Also how a queue is found by its name on every push.
  unique (team_id, name)
);

-- Counts in rows that are summed on reading: transactions that count for one queue write different ones. No index but
-- the key, so that all changes are HOT.
create table queue_counts (
  queue_id bigint not null,
  shard smallint not null,
  pending bigint not null,
  completed bigint not null,
  failed bigint not null,
  dead_lettered bigint not null,
  primary key (queue_id, shard)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);

--changeset posthaste:0001-jobs
-- What a job sends: immutable, written once, shared by the jobs of a retry chain.
create table requests (
  id bigint primary key,
  method text not null,
  url text not null,
  headers text not null,
  body_kind text,
  body text,
  callback_url text,
  timeout_seconds integer,
  retry_delays integer[]
);
create sequence requests_id_seq as bigint owned by requests.id;

-- No foreign keys on the hot path: the queue's row is locked for key share in the transaction that inserts its jobs,
-- and a request never goes before its jobs. Status "processing" is never written, it is read from the fired triggers.
create table jobs (
  id bigint primary key,
  team_id bigint not null,
  queue_id bigint not null,
  request_id bigint not null,
  original_job_id bigint not null,
  attempt_number smallint not null,
  priority smallint not null,
  interruptions smallint not null default 0,
  status text not null default 'pending',
  final_status text,
  created_at timestamptz not null,
  due_at timestamptz not null,
  concluded_at timestamptz,
  dead_lettered_at timestamptz,
  replayed_as bigint
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
create sequence jobs_id_seq as bigint owned by jobs.id;
-- The retries of a chain; most jobs have none and so are not in it.
create index jobs_retries on jobs (original_job_id) where attempt_number > 1;

--changeset posthaste:0001-runs
-- By day, so that retention drops partitions; ops makes the coming days' ahead. The default partition keeps a run
-- that no day's partition takes from failing its delivery.
create table runs (
  id bigint not null generated always as identity,
  job_id bigint not null,
  started_at timestamptz not null,
  executed_at timestamptz,
  duration_ms integer,
  request_headers text not null,
  response_status smallint,
  response_headers text,
  response_body text,
  response_encoding text,
  response_truncated boolean not null default false,
  failure_reason text,
  error_message text,
  -- The only way in which runs are read: those of a job, in order.
  primary key (job_id, id, started_at)
) partition by range (started_at);
create table runs_default partition of runs default;

--changeset posthaste:0001-callbacks
-- The body is fixed when the attempt ends: each of its tries sends the same bytes.
create table callbacks (
  id bigint primary key,
  job_id bigint not null,
  queue_id bigint not null,
  url text not null,
  body text not null,
  status text not null default 'pending',
  attempts smallint not null default 0,
  next_attempt_at timestamptz,
  last_response_status smallint,
  last_failure_reason text,
  delivered_at timestamptz,
  created_at timestamptz not null
);
create sequence callbacks_id_seq as bigint owned by callbacks.id;
create index callbacks_of_job on callbacks (job_id);

--changeset posthaste:0001-idempotency
create table idempotency_keys (
  team_id bigint not null,
  key text not null,
  body_sha256 text not null,
  job_ids bigint[] not null,
  queue_ids bigint[] not null,
  due_ms bigint[] not null,
  created_at timestamptz not null default now(),
  primary key (team_id, key)
);
-- For the removal of keys older than 24 hours.
create index idempotency_keys_age on idempotency_keys (created_at);
