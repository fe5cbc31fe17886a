--liquibase formatted sql

--changeset posthaste:0017-heartbeats
-- A cron that sends nothing and waits for a ping at each fire is one with a grace. The secret of its URL is found by its
-- digest, so that how long the look-up takes tells nothing of it.
alter table crons add column grace_seconds integer;
alter table crons add column ping_secret text;
alter table crons add column ping_sha256 bytea;
alter table crons add column last_ping_at timestamptz;
-- A ping that came shortly before the next fire, and counts for it.
alter table crons add column early_ping_at timestamptz;
-- Until when the last fire waits, or waited, for its ping.
alter table crons add column ping_deadline_at timestamptz;
alter table crons add check ((grace_seconds is null) = (ping_secret is null)
                         and (grace_seconds is null) = (ping_sha256 is null));
create unique index crons_of_ping on crons (ping_sha256) where ping_sha256 is not null;

-- Of an execution that waits for a ping: the grace that it was given, and what has come. No row is rewritten.
alter table jobs add column ping_grace integer;
alter table jobs add column pinged_at timestamptz;
alter table jobs add column ping_failed boolean;
