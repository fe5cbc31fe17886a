--liquibase formatted sql

--changeset posthaste:0018-early-failures
-- Whether the ping that came shortly before the next fire, and counts for it, reported a failure.
alter table crons add column early_ping_failed boolean;
