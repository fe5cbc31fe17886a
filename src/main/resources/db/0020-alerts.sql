--liquibase formatted sql

--changeset posthaste:0020-alerts
-- A message's parts are kept until it is over, so that one that waits for its next try can be told by the next message.
-- No foreign keys: who records an outcome adds to them, and waits for nobody who removes a channel with its messages.
delete from alert_message_parts p
 where not exists (select 1 from alert_messages m where m.id = p.message_id and m.status = 'pending');
-- Which alerts are still to be told: retention leaves them.
create index alert_message_parts_of_alert on alert_message_parts (alert_id);
-- The last test of a channel, and how many its team has had.
create index alert_messages_tests on alert_messages (channel_id, created_at) where alertable_id is null;
create index alert_messages_tests_of_team on alert_messages (team_id, created_at) where alertable_id is null;
-- Slack and Discord take one message a second, and no channel more than three at the same time.
insert into qrtz_group_gates (sched_name, trigger_group, paused, max_in_flight, max_per_second)
select 'posthaste', 'a' || c.id, false, 3, case when c.type in ('slack', 'discord') then 1 end from alert_channels c;

--changeset posthaste:0020-asked
-- Until when the receiver of a message that was not taken wants to be left alone: the next one heeds it as well.
alter table alert_messages add column asked_until timestamptz;
