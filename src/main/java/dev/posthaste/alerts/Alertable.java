package dev.posthaste.alerts;

/** A cron or a queue, by its id. */
public record Alertable(AlertableType type, long id) {}
