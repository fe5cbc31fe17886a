package dev.posthaste.web;

import dev.posthaste.jobs.ExecutionReader;
import dev.posthaste.recurring.CronReader;
import dev.posthaste.recurring.Crons;
import dev.posthaste.recurring.Pings;

/** What the API does with crons. */
public record CronServices(
        CronReader reader, Crons crons, ExecutionReader executions, Pings pings, PingUrls pingUrls) {}
