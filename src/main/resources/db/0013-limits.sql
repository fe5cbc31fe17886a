--liquibase formatted sql

--changeset posthaste:0013-limits
-- What each team may still push, where intake.teamJobsPerSecond or intake.teamPendingJobs is set: no row is made or touched
-- otherwise. Its lock makes the counts of several nodes one.
create table team_intake (
  team_id bigint primary key references teams (id) on delete cascade,
  allowance double precision not null,
  counted_at timestamptz not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
