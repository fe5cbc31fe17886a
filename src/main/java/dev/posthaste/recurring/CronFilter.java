package dev.posthaste.recurring;

import org.jspecify.annotations.Nullable;

/**
 * What a list of crons is filtered by; null for anything.
 *
 * @param name a part of the name, whatever its case
 * @param url a part of the URL, likewise
 * @param tag one of its tags, to the letter
 */
public record CronFilter(
        @Nullable Boolean isActive,
        @Nullable String name,
        @Nullable String url,
        @Nullable String tag) {
    boolean isAny() {
        return isActive == null && name == null && url == null && tag == null;
    }
}
