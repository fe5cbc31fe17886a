--liquibase formatted sql

--changeset posthaste:0027-operations
-- What is to be done to all chains that a filter finds, slice by slice: whoever does a slice has locked the row, and moves it
-- on in the transaction that does what it says, so that no crash repeats or skips anything.
create table operations (
  id bigint generated always as identity primary key,
  team_id bigint not null references teams (id) on delete cascade,
  action text not null,
  -- What it finds, as JSON text by the contract's names.
  filter text not null,
  -- The queue that the filter's name meant when the call came, 0 for none of that name; null for any queue.
  queue_id bigint,
  dry_run boolean not null,
  max_per_second integer,
  status text not null default 'running',
  matched bigint not null default 0,
  done bigint not null default 0,
  skipped bigint not null default 0,
  -- Jobs up to this one have been looked at; behind the last one nothing is meant.
  after_id bigint not null default 0,
  last_id bigint not null,
  -- Who has asked for it, for the audit of its end.
  actor text not null,
  token_id bigint,
  address text,
  created_at timestamptz not null default clock_timestamp(),
  -- Not before this its next slice is done: its rate, or the pause after a failure.
  next_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
create index operations_of_team on operations (team_id, (id + 0));
create index operations_running on operations (next_at) where status = 'running';
create index operations_ended on operations (finished_at) where finished_at is not null;
