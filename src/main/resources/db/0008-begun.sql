--liquibase formatted sql

--changeset posthaste:0008-begun
-- When a job that was interrupted before was last begun; null while it waits. Of such a job it is known whether its request
-- may have left when its node dies, so that being claimed alone is no interruption.
alter table jobs add column begun_at timestamptz;
