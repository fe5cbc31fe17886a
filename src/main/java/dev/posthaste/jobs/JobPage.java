package dev.posthaste.jobs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of jobs, newest first.
 *
 * @param nextBefore the next page has the jobs with a smaller id; null behind the last page
 */
public record JobPage(List<Job> jobs, @Nullable Long nextBefore) {}
