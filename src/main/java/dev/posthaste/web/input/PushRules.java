package dev.posthaste.web.input;

import dev.posthaste.web.http.BodyLimits;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What a push may hold.
 *
 * @param clock the database's
 * @param maxHorizon how far ahead of it a job may be due
 */
public record PushRules(InstantSource clock, Duration maxHorizon, BodyLimits limits) {}
