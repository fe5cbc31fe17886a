--liquibase formatted sql

--changeset posthaste:0004-queue-vacuum
-- Rows come to these tables and leave them all the time, so that their last pages are empty again and again. Giving those
-- back to the disk takes the table for itself, while nothing is claimed or ended; they are needed again in a moment.
alter table qrtz_triggers set (vacuum_truncate = false);
alter table qrtz_fired_triggers set (vacuum_truncate = false);
