package dev.posthaste.teams;

import java.time.Instant;

/**
 * A team as it is listed.
 *
 * @param validTokens how many of its tokens let somebody in
 */
public record TeamEntry(long id, String name, Instant createdAt, long validTokens) {}
