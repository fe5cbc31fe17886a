package dev.posthaste.jobs;

import java.util.List;

/** A job with all that belongs to it: its runs and callbacks, oldest first, and every attempt of its chain. */
public record JobDetails(Job job, List<Run> runs, List<Callback> callbacks, List<ChainLink> chain) {}
