package dev.posthaste.jobs;

import java.time.Instant;
import java.util.List;

/**
 * Ids for rows that are about to be written.
 *
 * @param now the database's clock at that moment, cut to the millisecond
 */
public record ReservedIds(List<Long> jobIds, List<Long> requestIds, Instant now) {}
