--liquibase formatted sql

--changeset posthaste:0016-alerts
-- What is alerted of, and since when its last alert of each kind has been counting. Who writes an alert of it, or settles
-- what a message about it says, has locked the row: so each is counted once and told once, over all nodes.
create table alert_topics (
  alertable_type text not null,
  alertable_id bigint not null,
  warning_since timestamptz,
  failure_since timestamptz,
  recovery_since timestamptz,
  touched_at timestamptz not null,
  primary key (alertable_type, alertable_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);

-- Refers to nothing: what is told of a queue or a cron stays when these go.
create table alerts (
  id bigint generated always as identity primary key,
  team_id bigint not null,
  type text not null,
  alertable_type text not null,
  alertable_id bigint not null,
  alertable_name text not null,
  count bigint not null,
  -- The job or the execution by which it was counted last, and why that failed.
  event_id bigint not null,
  failure_reason text,
  created_at timestamptz not null,
  last_at timestamptz not null,
  acknowledged_at timestamptz,
  -- The one that counts: what crosses within its minute finds it by this.
  unique (alertable_type, alertable_id, type, created_at)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
create index alerts_of_team on alerts (team_id, (id + 0));
create index alerts_of_alertable on alerts (team_id, alertable_type, alertable_id, (id + 0));
create index alerts_age on alerts (created_at);

-- Where a team's alerts are sent.
create table alert_channels (
  id bigint generated always as identity primary key,
  team_id bigint not null references teams (id) on delete cascade,
  type text not null,
  -- A URL, or an address to mail to.
  target text not null,
  alert_types text[] not null,
  is_active boolean not null,
  created_at timestamptz not null default clock_timestamp()
);
create index alert_channels_of_team on alert_channels (team_id, (id + 0));

-- A message to a channel about one queue or cron, or a test. Until it is sealed it gathers; from then on its text is fixed,
-- so that each of its tries sends the same bytes. No foreign key: who records an outcome waits for no change of a channel.
create table alert_messages (
  id bigint generated always as identity primary key,
  team_id bigint not null,
  channel_id bigint not null,
  -- Null for a test.
  alertable_type text,
  alertable_id bigint,
  due_at timestamptz not null,
  sealed_at timestamptz,
  -- Of a mail.
  subject text,
  body text,
  status text not null default 'pending',
  attempts smallint not null default 0,
  next_attempt_at timestamptz,
  last_response_status smallint,
  last_failure_reason text,
  last_error_message text,
  delivered_at timestamptz,
  created_at timestamptz not null
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
-- One gathers at a time: what crosses finds it by this.
create unique index alert_messages_gathering on alert_messages (channel_id, alertable_type, alertable_id)
  where sealed_at is null and alertable_id is not null;
-- When the last one left.
create index alert_messages_sealed on alert_messages (channel_id, alertable_type, alertable_id, sealed_at)
  where sealed_at is not null and alertable_id is not null;
create index alert_messages_of_channel on alert_messages (channel_id, (id + 0));
create index alert_messages_age on alert_messages (created_at);

-- How much of which alert a message tells: what was counted since the message before.
create table alert_message_parts (
  message_id bigint not null,
  alert_id bigint not null,
  added bigint not null,
  primary key (message_id, alert_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);

--changeset posthaste:0016-alerted
-- Between the failure that was told and the recovery that is to be.
alter table crons add column alerted boolean not null default false;
