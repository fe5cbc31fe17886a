package dev.posthaste.web;

import dev.posthaste.intake.DeadLetters;
import dev.posthaste.intake.JobSteering;
import dev.posthaste.jobs.DeadLetterLister;
import dev.posthaste.jobs.JobLister;
import dev.posthaste.jobs.JobReader;
import dev.posthaste.jobs.JobSize;

/** What the API does with jobs that were pushed. */
public record JobServices(
        JobReader reader,
        JobSize weight,
        JobLister lister,
        JobSteering steering,
        DeadLetterLister deadLetterLister,
        DeadLetters deadLetters) {}
