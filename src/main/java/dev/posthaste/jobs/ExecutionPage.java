package dev.posthaste.jobs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Executions of a cron, newest first.
 *
 * @param nextBefore the next page has those with a smaller id; null behind the last page
 */
public record ExecutionPage(
        List<Execution> executions, @Nullable Long nextBefore) {}
