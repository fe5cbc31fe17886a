package dev.posthaste.web;

import dev.posthaste.jobs.ExecutionReader;
import dev.posthaste.recurring.CronReader;
import dev.posthaste.recurring.Crons;

/** What the API does with crons. */
public record CronServices(CronReader reader, Crons crons, ExecutionReader executions) {}
