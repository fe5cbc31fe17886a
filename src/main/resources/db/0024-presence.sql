--liquibase formatted sql

--changeset posthaste:0024-presence
-- The key of the advisory lock that a session holds for the node, null where none does: the database gives it up when the
-- process is gone. Without a check-in for so many milliseconds, and without the lock, the node counts as dead before its
-- lease has run out. Nodes of earlier builds write neither.
alter table qrtz_scheduler_state add column presence_key bigint;
alter table qrtz_scheduler_state add column presence_patience bigint;
