package dev.posthaste.teams;

import java.time.Duration;
import java.time.Instant;

/**
 * A session that has just begun.
 *
 * @param secret shown this once
 * @param expiresAt when it ends, if its token does not end before
 * @param length from now until then
 */
public record Session(SessionSecret secret, Instant expiresAt, Duration length) {}
