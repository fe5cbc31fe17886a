--liquibase formatted sql

-- Quartz's own tables, in the meaning of Quartz 2.5, with two differences: the foreign keys of what the hot path writes
-- are left out (they cost a quarter of the firing rate), and only the indexes that a statement of ours or of the
-- inherited store uses are made, in place of Quartz's twenty.

--changeset posthaste:0002-quartz-tables
create table qrtz_job_details (
  sched_name varchar(120) not null,
  job_name varchar(200) not null,
  job_group varchar(200) not null,
  description varchar(250),
  job_class_name varchar(250) not null,
  is_durable boolean not null,
  is_nonconcurrent boolean not null,
  is_update_data boolean not null,
  requests_recovery boolean not null,
  job_data bytea,
  primary key (sched_name, job_name, job_group)
);

-- trigger_type 'ONCE' is ours: it fires once and has no extension row. Half-empty pages let the changes of state
-- find room beside the old version.
create table qrtz_triggers (
  sched_name varchar(120) not null,
  trigger_name varchar(200) not null,
  trigger_group varchar(200) not null,
  job_name varchar(200) not null,
  job_group varchar(200) not null,
  description varchar(250),
  next_fire_time bigint,
  prev_fire_time bigint,
  priority integer,
  trigger_state varchar(16) not null,
  trigger_type varchar(8) not null,
  start_time bigint not null,
  end_time bigint,
  calendar_name varchar(200),
  misfire_instr smallint,
  job_data bytea,
  primary key (sched_name, trigger_name, trigger_group)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.05,
        autovacuum_vacuum_cost_delay = 0);
-- The claim of one-shots: a group's share, by priority, then in the order in which they are due. Also how groups with
-- waiting one-shots are found, by skipping from one to the next.
create index qrtz_triggers_waiting on qrtz_triggers (sched_name, trigger_group, priority, next_fire_time)
  where trigger_state = 'WAITING' and trigger_type = 'ONCE';
-- The inherited path's acquire, group and job queries, which never concern one-shots; usually a handful of rows.
create index qrtz_triggers_recurring on qrtz_triggers (sched_name, next_fire_time) where trigger_type <> 'ONCE';
-- The inherited misfire scan; one-shots are none of its business and never have such an instruction.
create index qrtz_triggers_misfire on qrtz_triggers (sched_name, next_fire_time) where misfire_instr <> -1;

create table qrtz_simple_triggers (
  sched_name varchar(120) not null,
  trigger_name varchar(200) not null,
  trigger_group varchar(200) not null,
  repeat_count bigint not null,
  repeat_interval bigint not null,
  times_triggered bigint not null,
  primary key (sched_name, trigger_name, trigger_group)
);
create table qrtz_cron_triggers (
  sched_name varchar(120) not null,
  trigger_name varchar(200) not null,
  trigger_group varchar(200) not null,
  cron_expression varchar(120) not null,
  time_zone_id varchar(80),
  primary key (sched_name, trigger_name, trigger_group)
);
create table qrtz_simprop_triggers (
  sched_name varchar(120) not null,
  trigger_name varchar(200) not null,
  trigger_group varchar(200) not null,
  str_prop_1 varchar(512),
  str_prop_2 varchar(512),
  str_prop_3 varchar(512),
  int_prop_1 integer,
  int_prop_2 integer,
  long_prop_1 bigint,
  long_prop_2 bigint,
  dec_prop_1 numeric(13, 4),
  dec_prop_2 numeric(13, 4),
  bool_prop_1 boolean,
  bool_prop_2 boolean,
  primary key (sched_name, trigger_name, trigger_group)
);
create table qrtz_blob_triggers (
  sched_name varchar(120) not null,
  trigger_name varchar(200) not null,
  trigger_group varchar(200) not null,
  blob_data bytea,
  primary key (sched_name, trigger_name, trigger_group)
);
create table qrtz_calendars (
  sched_name varchar(120) not null,
  calendar_name varchar(200) not null,
  calendar bytea not null,
  primary key (sched_name, calendar_name)
);
create table qrtz_paused_trigger_grps (
  sched_name varchar(120) not null,
  trigger_group varchar(200) not null,
  primary key (sched_name, trigger_group)
);
-- No second index may begin with sched_name: on a table that was never analysed the planner would take the wrong one.
create table qrtz_fired_triggers (
  sched_name varchar(120) not null,
  entry_id varchar(95) not null,
  trigger_name varchar(200) not null,
  trigger_group varchar(200) not null,
  instance_name varchar(200) not null,
  fired_time bigint not null,
  sched_time bigint not null,
  priority integer not null,
  state varchar(16) not null,
  job_name varchar(200),
  job_group varchar(200),
  is_nonconcurrent boolean,
  requests_recovery boolean,
  primary key (sched_name, entry_id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.05,
        autovacuum_vacuum_cost_delay = 0);
-- What holds groups back, for all nodes together: ours. A claim locks the row of its group, so that what is in flight and
-- what may still fire this moment are counted once. Its columns are in no index but the key's: all changes are HOT.
create table qrtz_group_gates (
  sched_name varchar(120) not null,
  trigger_group varchar(200) not null,
  paused boolean not null,
  max_in_flight integer,
  max_per_second integer,
  in_flight integer not null default 0,
  tokens double precision not null default 1,
  refilled_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default clock_timestamp(),
  primary key (sched_name, trigger_group)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
create table qrtz_scheduler_state (
  sched_name varchar(120) not null,
  instance_name varchar(200) not null,
  last_checkin_time bigint not null,
  checkin_interval bigint not null,
  primary key (sched_name, instance_name)
);
create table qrtz_locks (
  sched_name varchar(120) not null,
  lock_name varchar(40) not null,
  primary key (sched_name, lock_name)
);
-- Made here because Quartz's own lazy insert races when two nodes start at once.
insert into qrtz_locks values ('posthaste', 'TRIGGER_ACCESS'), ('posthaste', 'STATE_ACCESS');
