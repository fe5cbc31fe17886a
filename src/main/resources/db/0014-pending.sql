--liquibase formatted sql

--changeset posthaste:0014-pending
-- The last count of a team's jobs that had not ended, and what was pushed since: to sum up all its queues at each push
-- costs as much as it has queues. Null until the first count.
alter table team_intake
  add column pending bigint,
  add column counts integer,
  add column summed_at timestamptz;
