--liquibase formatted sql

--changeset posthaste:0015-crons
-- A cron, and with next_fire_at its one waiting fire: null while it is paused or removed. Whoever fires it has locked the
-- row, and moves next_fire_at in the transaction that makes the execution.
create table crons (
  id bigint generated always as identity primary key,
  team_id bigint not null references teams (id),
  name text not null,
  -- What its executions send, with its timeout and retries: immutable, so that a change makes another one.
  request_id bigint not null,
  -- Of the request in memory, as its one-shots have it.
  weight integer not null,
  cron_expression text not null,
  timezone text not null,
  is_active boolean not null,
  success_assertions text not null,
  overlap text not null,
  -- The queue whose limits and pause hold for its executions, null for none.
  queue_id bigint,
  alert_threshold smallint not null,
  next_fire_at timestamptz,
  consecutive_failures integer not null default 0,
  last_status text,
  last_executed_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  -- A cron that was deleted: its row stays until its last execution is gone.
  removed_at timestamptz,
  -- An active cron has its waiting fire, and no other has one: nobody has to look for lost ones.
  check ((next_fire_at is not null) = (is_active and removed_at is null))
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
-- Of the order of "id + 0", so that no plan that was made for an empty table looks for a cron's id in it.
create index crons_of_team on crons (team_id, (id + 0)) where removed_at is null;
create index crons_due on crons (next_fire_at) where next_fire_at is not null;
create index crons_of_queue on crons (queue_id) where queue_id is not null and removed_at is null;
create index crons_removed on crons (id) where removed_at is not null;

-- Requests that a cron sends no more, until no execution shows them.
create table replaced_requests (
  id bigint primary key,
  cron_id bigint not null
);

--changeset posthaste:0015-executions
-- An execution is a job of a cron. Its team and settings are the cron's: without a team of its own no statement about a
-- team's jobs meets it. Its queue_id is that of no queue. No row is rewritten.
alter table jobs alter column team_id drop not null;
alter table jobs add column cron_id bigint;
-- The queue whose limits and pause hold for it, null for none.
alter table jobs add column gate_queue_id bigint;
alter table jobs add column cron_trigger text;
-- The execution because of which this one was not sent.
alter table jobs add column skipped_for bigint;

--changeset posthaste:0015-executions-of-cron
-- Reads the table once and finds nothing in it.
create index jobs_of_cron on jobs (cron_id, id) where cron_id is not null and attempt_number = 1;

--changeset posthaste:0015-open-executions
-- The few that are not resolved: what a fire must not overlap.
create index jobs_open_of_cron on jobs (cron_id, id)
  where cron_id is not null and attempt_number = 1 and (status = 'pending' or final_status = 'retrying');
