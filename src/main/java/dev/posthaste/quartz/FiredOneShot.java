package dev.posthaste.quartz;

import java.time.Instant;

/**
 * A one-shot that this node, or for recovery another node, has claimed.
 *
 * @param entryId names this firing; a firing that was recovered gets another
 * @param due when it was due, by the database's clock
 * @param firedAt when it was claimed, by the database's clock
 */
public record FiredOneShot(OneShotKey key, String kind, String entryId, Instant due, Instant firedAt) {}
