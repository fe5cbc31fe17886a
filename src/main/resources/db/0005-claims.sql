--liquibase formatted sql

--changeset posthaste:0005-claims
-- One-shots that have been claimed: one row for all that a claim took of a group, so that claiming and ending cost no
-- write for each of them. The n-th bit of "ended" is set when the n-th of the arrays has ended or was given back; the row
-- goes with the last. Half-empty pages keep the changes of a row in place.
create table qrtz_fired_one_shots (
  sched_name varchar(120) not null,
  claim_id varchar(95) not null,
  instance_name varchar(200) not null,
  trigger_group varchar(200) not null,
  job_name varchar(200) not null,
  fired_time bigint not null,
  -- Whether the gate of the group counts them.
  counted boolean not null,
  trigger_names text[] not null,
  due_times bigint[] not null,
  priorities integer[] not null,
  ended bit varying not null,
  -- Those of "ended" that the last change added: what it had found there and nobody before it.
  struck bit varying,
  remaining integer not null,
  primary key (sched_name, claim_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.05,
        autovacuum_vacuum_cost_delay = 0, vacuum_truncate = false);
-- Which of a group's are in flight: shown to users, and counted by a gate that was put up while its group was firing.
-- It does not begin with sched_name: on a table that was never analysed the planner would take the wrong one.
create index qrtz_fired_one_shots_group on qrtz_fired_one_shots (trigger_group);

-- What nodes of earlier builds had claimed is moved, and recovered by the next check-in.
with taken as (
  delete from qrtz_fired_triggers where job_group = 'one-shots' returning *
)
insert into qrtz_fired_one_shots
  (sched_name, claim_id, instance_name, trigger_group, job_name, fired_time, counted, trigger_names, due_times, priorities,
   ended, remaining)
select sched_name, entry_id, instance_name, trigger_group, job_name, fired_time, state = 'GATED', array[trigger_name],
       array[sched_time], array[priority], B'0', 1
  from taken;
drop index qrtz_fired_triggers_group;
