--liquibase formatted sql

--changeset posthaste:0026-tags
-- What users call their jobs and crons by, beside queue and URL; null for none. Of the request, which a chain shares: its
-- retries have them without a write of their own. No row is rewritten, and nodes that do not know them go on.
alter table requests add column tags text[];
