package dev.posthaste.jobs;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which URLs are looked for; null for any. What a database would compare by rules of its own is compared here, so that a list
 * and an operation over it find the same.
 */
final class UrlMatch {
    /** Any. */
    static final UrlMatch ANY = new UrlMatch(null, null);

    private final @Nullable String part;
    private final @Nullable String host;

    /**
     * @param part of the URL, whatever its case
     * @param host all of it, whatever its case; an IPv6 address without its brackets
     */
    UrlMatch(@Nullable String part, @Nullable String host) {
        this.part = part == null ? null : lower(part);
        this.host = host == null ? null : lower(host);
    }

    /** Whether every URL fits. */
    boolean isAny() {
        return part == null && host == null;
    }

    /**
     * A text in lower case that every URL holds that fits, as far as it is ASCII and its letters are made small: who has many
     * to look at passes the others over. Null for none.
     */
    @Nullable
    String held() {
        return part == null ? host : part;
    }

    boolean fits(String url) {
        return (part == null || lower(url).contains(part)) && (host == null || host.equals(hostOf(url)));
    }

    private static @Nullable String hostOf(String url) {
        return TargetUrl.parse(url).map(TargetUrl::host).orElse(null);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
