package dev.posthaste.recurring;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Crons of a list, newest first and without bodies.
 *
 * @param nextBefore the next page has those with a smaller id; null behind the last page
 */
public record CronPage(List<Cron> crons, @Nullable Long nextBefore) {}
