package dev.posthaste.web;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import dev.posthaste.web.http.ApiException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What costs the database the same however many look at it: made when somebody asks, by whoever comes first, while the others
 * wait for him, and good for two seconds. Thread-safe.
 */
final class MadeForAll<K, V> {
    private static final Duration FRESH = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    private final Making<K, V> making;
    private final AsyncCache<K, V> made;

    /** Makes one; in the thread of who asks. */
    interface Making<K, V> {
        V make(K key) throws SQLException;
    }

    /** @param weigher how many bytes one holds */
    MadeForAll(Making<K, V> making, Weigher<K, V> weigher) {
        this.making = making;
        this.made = Caffeine.newBuilder()
                .expireAfterWrite(FRESH)
                .maximumWeight(MAX_BYTES)
                .weigher(weigher)
                .buildAsync();
    }

    /**
     * Was made within the last two seconds, or is being made; it tells of the instant when that began.
     *
     * @throws ApiException 503 when who makes it takes too long
     */
    V of(K key) throws SQLException {
        CompletableFuture<V> own = new CompletableFuture<>();
        CompletableFuture<V> known = made.asMap().putIfAbsent(key, own);
        if (known == null) {
            return make(key, own);
        }
        try {
            return known.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("The server is stopping.");
        } catch (TimeoutException e) {
            throw ApiException.unavailable("The database takes long to answer. Try again.");
        } catch (ExecutionException e) {
            // One failure for all who wait: each for himself would have them fail one after the other.
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    /** One that is made now, for whoever asks later as well. */
    V renewed(K key) throws SQLException {
        CompletableFuture<V> own = new CompletableFuture<>();
        made.asMap().put(key, own);
        return make(key, own);
    }

    private V make(K key, CompletableFuture<V> own) throws SQLException {
        try {
            V value = making.make(key);
            own.complete(value);
            return value;
        } catch (SQLException | RuntimeException | Error e) {
            own.completeExceptionally(e);
            throw e;
        }
    }
}
