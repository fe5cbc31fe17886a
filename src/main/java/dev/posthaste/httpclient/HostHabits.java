package dev.posthaste.httpclient;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.apache.hc.core5.http.HttpHost;

/**
 * What was seen of how hosts treat idle connections: one that sends what nobody asked for gets no kept ones for a while,
 * one that closes them without a word gets shorter ones. Bounded, and forgotten after a while. Thread-safe.
 */
final class HostHabits {
    private static final int MAX_HOSTS = 10_000;
    private static final Duration UNREAD_FOR = Duration.ofMinutes(10);
    private static final Duration CLOSED_FOR = Duration.ofMinutes(2);
    private static final long SHORTEST_NANOS = Duration.ofMillis(5).toNanos();
    private static final long NEVER = 0;

    private final Cache<HttpHost, Boolean> talkative = Caffeine.newBuilder()
            .maximumSize(MAX_HOSTS)
            .expireAfterWrite(UNREAD_FOR)
            .build();
    private final Cache<HttpHost, Long> hasty = Caffeine.newBuilder()
            .maximumSize(MAX_HOSTS)
            .expireAfterWrite(CLOSED_FOR)
            .build();

    /** Bytes were found on an idle connection. */
    void sentUnasked(HttpHost host) {
        talkative.put(host, true);
    }

    /** An idle connection was found closed; half of that time is believed to be safe. */
    void closedAfter(HttpHost host, long idleNanos) {
        long half = idleNanos / 2;
        hasty.asMap().merge(host, half < SHORTEST_NANOS ? NEVER : half, Math::min);
    }

    /** How long a connection to the host may idle, at most; 0 for not at all. */
    long maxIdleNanos(HttpHost host, long otherwise) {
        if (talkative.getIfPresent(host) != null) {
            return NEVER;
        }
        Long limit = hasty.getIfPresent(host);
        return limit == null ? otherwise : Math.min(limit, otherwise);
    }
}
