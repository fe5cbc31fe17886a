--liquibase formatted sql

--changeset posthaste:0007-weights
-- How many bytes a one-shot's firing takes into memory, 0 for little: a node claims no more than it has room for.
alter table qrtz_triggers add column weight integer not null default 0;
alter table qrtz_fired_one_shots add column weights integer[];
-- What waits or was claimed already gets its weight, so that an accepted backlog of large bodies is safe as well. Lengths
-- are read without the bodies.
create table known_weights as
select 'q' || j.queue_id as trigger_group, 'j' || j.id as trigger_name,
       octet_length(r.body) + octet_length(r.headers) as weight
  from requests r join jobs j on j.request_id = r.id and j.status = 'pending'
 where octet_length(r.body) + octet_length(r.headers) > 16384
union all
select 'c' || c.queue_id, 'c' || c.id, octet_length(c.body)
  from callbacks c
 where c.status = 'pending' and octet_length(c.body) > 16384;
update qrtz_triggers t set weight = k.weight
  from known_weights k
 where t.trigger_group = k.trigger_group and t.trigger_name = k.trigger_name and t.trigger_type = 'ONCE';
update qrtz_fired_one_shots f set weights = (
  select array_agg(coalesce(k.weight, 0) order by s.place)
    from unnest(f.trigger_names) with ordinality as s (name, place)
    left join known_weights k on k.trigger_group = f.trigger_group and k.trigger_name = s.name);
alter table qrtz_fired_one_shots alter column weights set not null;
drop table known_weights;
