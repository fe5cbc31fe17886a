package dev.posthaste.intake;

import java.time.Instant;

/** A job that is committed together with its trigger. */
public record AcceptedJob(long jobId, long queueId, Instant scheduledAt) {}
