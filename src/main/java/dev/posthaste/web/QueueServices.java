package dev.posthaste.web;

import dev.posthaste.queues.QueueClearing;
import dev.posthaste.queues.QueueReader;
import dev.posthaste.queues.Queues;

/** What the API does with queues. */
public record QueueServices(QueueReader reader, Queues queues, QueueClearing clearing) {}
