package dev.posthaste.teams;

/**
 * A token that was made.
 *
 * @param secret shown this once
 */
public record MadeToken(TokenEntry entry, TokenSecret secret) {}
