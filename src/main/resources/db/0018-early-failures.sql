--liquibase formatted sql

--changeset posthaste:0018-early-failures
-- The execution that a failure reported shortly before the next fire has made: that fire is skipped for it. Null where the
-- ping that came then told of a success.
alter table crons add column early_execution bigint;
