--liquibase formatted sql

--changeset posthaste:0012-audit
-- Who changed what, when and from where. Refers to nothing: what is told of a team, a token or a queue stays when these go.
create table audit (
  id bigint generated always as identity primary key,
  -- Null for what concerns the whole installation.
  team_id bigint,
  at timestamptz not null default clock_timestamp(),
  -- The name of a token, or what else it was, then without an id.
  actor text not null,
  token_id bigint,
  address text,
  action text not null,
  thing_type text not null,
  thing_id bigint,
  thing_name text,
  -- The names of what was changed, never the values.
  fields text,
  -- Of how many jobs, where it was more than one thing.
  count bigint
);
-- Lists, newest first, and their two filters.
create index audit_of_team on audit (team_id, id);
create index audit_of_action on audit (team_id, action, id);
create index audit_of_actor on audit (team_id, actor, id);
-- Retention.
create index audit_age on audit (at);
