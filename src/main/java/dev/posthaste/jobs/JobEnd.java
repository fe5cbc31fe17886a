package dev.posthaste.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The end of an attempt, or what that end means for the original of its chain.
 *
 * @param status null to leave it: the original's own attempt ended earlier
 */
public record JobEnd(long jobId, @Nullable JobStatus status, FinalStatus finalStatus, Instant at) {}
