--liquibase formatted sql

--changeset posthaste:0022-levels
-- Which builds may work on this schema. The level of a build is the number of its last migration; those below oldest_build
-- do not start here, and end where they run. Raised before a migration that contracts, so that nobody joins meanwhile.
create table posthaste_schema (
  id smallint primary key default 1 check (id = 1),
  level integer not null,
  oldest_build integer not null
);
insert into posthaste_schema (level, oldest_build) values (22, 20);

-- What build each node is of, since it joined. Whether it lives stands in qrtz_scheduler_state; one that is there and not
-- here is of a build that does not tell.
create table posthaste_nodes (
  instance_name varchar(200) primary key,
  level integer not null,
  version text not null,
  joined_at timestamptz not null default clock_timestamp()
);
