--liquibase formatted sql

--changeset posthaste:0006-waiting
-- The claim of one-shots: a group's share, by priority, then in the order in which they are due. Also how groups with
-- waiting one-shots are found, by skipping from one to the next. No other index can serve these: it does not begin with
-- sched_name, and its groups are in the order of their bytes. Where the planner took the table for empty, after a backlog
-- has ended, it began at the primary key and sorted all that waited.
drop index qrtz_triggers_waiting;
create index qrtz_triggers_waiting on qrtz_triggers (trigger_group collate "C", priority, next_fire_time)
  where trigger_state = 'WAITING' and trigger_type = 'ONCE';
