--liquibase formatted sql

--changeset posthaste:0011-redact
-- What is not shown of requests and their answers, with commas between; null for nothing. No row is rewritten, and nodes
-- of an older build, which do not know it, go on.
alter table requests add column redact text;
alter table queues add column redact text;
