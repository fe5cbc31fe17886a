package dev.posthaste.web.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How often may be pinged on this node within a minute: so often with one secret, and so often with unknown ones from one
 * address. A secret that was known lately is not held up by its neighbours. Of secrets only digests are held. Thread-safe.
 */
public final class PingLimits {
    static final int MAX_OF_SECRET = 60;

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration LATELY = Duration.ofHours(1);
    private static final int MAX_HELD = 10_000;

    private final int maxUnknown;
    private final Cache<ByteBuffer, AtomicInteger> ofSecret;
    private final Cache<String, AtomicInteger> unknown;
    private final Cache<ByteBuffer, Boolean> lately;

    /** @param maxUnknown from one address within a minute; 0 for no bound */
    public PingLimits(int maxUnknown) {
        this(maxUnknown, Ticker.systemTicker());
    }

    PingLimits(int maxUnknown, Ticker ticker) {
        this.maxUnknown = maxUnknown;
        this.ofSecret = held(WINDOW, ticker);
        this.unknown = held(WINDOW, ticker);
        this.lately = held(LATELY, ticker);
    }

    /** Each for so long after it was written first. */
    private static <K, V> Cache<K, V> held(Duration time, Ticker ticker) {
        return Caffeine.newBuilder()
                .maximumSize(MAX_HELD)
                .expireAfterWrite(time)
                .ticker(ticker)
                .build();
    }

    /**
     * Lets a ping through to be looked up.
     *
     * @param sha256 of its secret
     * @throws ApiException 429 when there were too many
     */
    public void mustPass(@Nullable String address, byte[] sha256) {
        ByteBuffer digest = ByteBuffer.wrap(sha256);
        if (isAtLeast(ofSecret.getIfPresent(digest), MAX_OF_SECRET)) {
            throw tooMany();
        }
        boolean isGuessing = maxUnknown > 0 && isAtLeast(unknown.getIfPresent(CallerAddress.of(address)), maxUnknown);
        if (isGuessing && lately.getIfPresent(digest) == null) {
            throw tooMany();
        }
    }

    private static boolean isAtLeast(@Nullable AtomicInteger count, int max) {
        return count != null && count.get() >= max;
    }

    private static ApiException tooMany() {
        return ApiException.tooMany("Too many pings. Try again later.", WINDOW.toSeconds());
    }

    /** A ping was taken. */
    public void noteKnown(byte[] sha256) {
        ByteBuffer digest = ByteBuffer.wrap(sha256);
        count(ofSecret, digest);
        lately.put(digest, true);
    }

    /** No cron has the secret. */
    public void noteUnknown(@Nullable String address) {
        count(unknown, CallerAddress.of(address));
    }

    private static <K> void count(Cache<K, AtomicInteger> counts, K key) {
        counts.asMap().computeIfAbsent(key, any -> new AtomicInteger()).incrementAndGet();
    }
}
