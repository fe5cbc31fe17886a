--liquibase formatted sql

--changeset posthaste:0010-tokens
-- Null and none: every scope, which is what the tokens of earlier builds have.
alter table api_tokens add column scopes text[];
-- To the minute; not in an index, so that writing it is HOT.
alter table api_tokens add column last_used_at timestamptz;
create index api_tokens_of_team on api_tokens (team_id, id);
-- A team that was deleted: its row stays until its last job is gone.
alter table teams add column removed_at timestamptz;
