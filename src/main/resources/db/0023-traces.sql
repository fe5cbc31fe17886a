--liquibase formatted sql

--changeset posthaste:0023-traces
-- Where a push stands in the trace of who pushed it: traceparent, and after a space tracestate; 512 bytes at most.
alter table requests add column trace_context text;
