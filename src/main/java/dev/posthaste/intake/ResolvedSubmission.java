package dev.posthaste.intake;

import java.util.List;

/** A submission whose queues are known by id, in the order of its jobs. */
public record ResolvedSubmission(Submission submission, List<Long> queueIds) {}
