package dev.posthaste.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an execution waits for that sends nothing.
 *
 * @param graceSeconds how long it waits
 * @param judgedAt when it is looked whether a ping has come: at the end of the grace, or at once when one has
 * @param ping null before one has come
 */
public record ExpectedPing(
        int graceSeconds, Instant judgedAt, @Nullable Ping ping) {}
