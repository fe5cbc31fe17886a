--liquibase formatted sql

--changeset posthaste:0025-restore-hold
-- What "db restore-hold" has paused and nobody has resumed since, to be told from what was paused before the backup was made.
-- No row is rewritten, and nodes that do not know it go on.
alter table queues add column held boolean not null default false;
alter table crons add column held boolean not null default false;
