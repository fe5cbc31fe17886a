--liquibase formatted sql

--changeset posthaste:0019-replaced-requests
-- The last execution that sends a replaced request: those of its cron between the one before it and this one show it, so one
-- look into an index finds out whether there are any. What no execution shows is not noted.
alter table replaced_requests add column last_execution bigint;
update replaced_requests p set last_execution = u.last_execution
  from (select request_id, max(id) as last_execution from jobs
         where cron_id in (select cron_id from replaced_requests) and attempt_number = 1
         group by request_id) u
 where u.request_id = p.id;
delete from requests where id in (select id from replaced_requests where last_execution is null);
delete from replaced_requests where last_execution is null;
alter table replaced_requests alter column last_execution set not null;
create index replaced_requests_of_cron on replaced_requests (cron_id, last_execution);
