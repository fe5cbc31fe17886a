package dev.posthaste.alerts;

import org.jspecify.annotations.Nullable;

/**
 * What a list of alerts is filtered by; null for anything.
 *
 * @param acknowledged whether somebody has acknowledged it
 */
public record AlertFilter(
        @Nullable AlertType type,
        @Nullable AlertableType alertableType,
        @Nullable Long alertableId,
        @Nullable Boolean acknowledged) {}
