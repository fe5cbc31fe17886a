--liquibase formatted sql

--changeset posthaste:0028-sessions
-- A browser that has signed in with a token. The cookie is never kept, only its SHA-256; what it may do and for how long is
-- read from the token each time, so that a session dies with it. One that has ended stays for a day, to be told from a guess.
create table sessions (
  sha256 bytea primary key,
  token_id bigint not null references api_tokens (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
-- The oldest one of a token, and what goes with it.
create index sessions_of_token on sessions (token_id, created_at);
-- Retention.
create index sessions_age on sessions (expires_at);

--changeset posthaste:0028-login-links
-- Signs in with a token once, by whoever comes first.
create table login_links (
  sha256 bytea primary key,
  token_id bigint not null references api_tokens (id) on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index login_links_of_token on login_links (token_id, created_at);
create index login_links_age on login_links (expires_at);
