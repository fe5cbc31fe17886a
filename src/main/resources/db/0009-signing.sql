--liquibase formatted sql

--changeset posthaste:0009-installation
-- One row. What masks are made with is of no use to anybody who does not have the tables; the key that seals secrets is
-- wrapped by one that is never here.
create table installation (
  id smallint primary key default 1 check (id = 1),
  redaction_key bytea not null,
  wrapped_key text,
  key_id text,
  secret_key_fingerprint text
);
insert into installation (redaction_key)
select sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea);

--changeset posthaste:0009-signing
-- Sealed by the server: nobody who has these rows can sign.
create table signing_secrets (
  id bigint generated always as identity primary key,
  team_id bigint not null references teams (id) on delete cascade,
  algorithm text not null,
  sealed text not null,
  public_key text,
  created_at timestamptz not null default now(),
  -- Until when it signs beside a newer one; null for the newest.
  ends_at timestamptz
);
create index signing_secrets_of_team on signing_secrets (team_id);
-- Read with the team's jobs, so that a node knows whether the secrets that it remembers still hold.
alter table teams add column signing_version bigint not null default 0;
