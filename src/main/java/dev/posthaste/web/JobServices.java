package dev.posthaste.web;

import dev.posthaste.jobs.DeadLetterGroups;
import dev.posthaste.jobs.DeadLetterLister;
import dev.posthaste.jobs.JobLister;
import dev.posthaste.jobs.JobReader;
import dev.posthaste.jobs.JobSize;
import dev.posthaste.operations.Operations;
import dev.posthaste.redaction.Masks;
import dev.posthaste.steering.DeadLetters;
import dev.posthaste.steering.JobSteering;

/** What the API does with jobs that were pushed, and what masks them. */
public record JobServices(
        JobReader reader,
        JobSize weight,
        JobLister lister,
        JobSteering steering,
        DeadLetterLister deadLetterLister,
        DeadLetterGroups deadLetterGroups,
        DeadLetters deadLetters,
        Operations operations,
        Masks masks) {}
