package dev.posthaste.web;

import dev.posthaste.jobs.FailedJobs;
import dev.posthaste.queues.QueueClearing;
import dev.posthaste.queues.QueueReader;
import dev.posthaste.queues.Queues;
import dev.posthaste.stats.StatsReader;

/** What the API does with queues, and tells of what has happened in them. */
public record QueueServices(
        QueueReader reader, Queues queues, StatsReader stats, FailedJobs failed, QueueClearing clearing) {}
