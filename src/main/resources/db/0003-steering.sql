--liquibase formatted sql

--changeset posthaste:0003-lists
-- Lists of jobs, newest first: the last ones of a pair of statuses, of a team and of one of its queues. Only these have
-- the order of "id + 0": for that of the ids the planner may take the primary key, and when nearly all jobs have ended one
-- way it does, looks for the others among all jobs and finds none.
create index jobs_of_team on jobs (team_id, status, (coalesce(final_status, '')), (id + 0));
create index jobs_of_queue on jobs (queue_id, status, (coalesce(final_status, '')), (id + 0));
-- A job's status is in indexes, so that no page has to keep room for its next version.
alter table jobs set (fillfactor = 100);
-- What stands among the dead letters: a handful of rows, for their list and their retention.
create index jobs_dead_letters on jobs (team_id, (id + 0))
  where attempt_number = 1 and dead_lettered_at is not null and replayed_as is null;
create index jobs_dead_letters_of_queue on jobs (queue_id, (id + 0))
  where attempt_number = 1 and dead_lettered_at is not null and replayed_as is null;
-- Queues that were deleted and whose finished jobs have not all been removed yet.
create table removed_queues (
  id bigint primary key,
  removed_at timestamptz not null default now()
);

--changeset posthaste:0003-one-row
-- A claimed one-shot stands among the fired triggers and no longer among the triggers: no row is changed any more.
delete from qrtz_triggers t
 where t.trigger_type = 'ONCE' and t.trigger_state = 'EXECUTING'
   and exists (select 1 from qrtz_fired_triggers f
                where f.sched_name = t.sched_name and f.trigger_group = t.trigger_group
                  and f.trigger_name = t.trigger_name);
update qrtz_triggers set trigger_state = 'WAITING' where trigger_type = 'ONCE' and trigger_state = 'EXECUTING';
alter table qrtz_triggers set (fillfactor = 100);
alter table qrtz_fired_triggers set (fillfactor = 100);
-- Which of a group's are in flight: shown to users, and counted by a gate that was put up while its group was firing.
create index qrtz_fired_triggers_group on qrtz_fired_triggers (trigger_group, trigger_name);
