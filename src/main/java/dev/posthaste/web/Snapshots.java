package dev.posthaste.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.posthaste.overview.OverviewReader;
import dev.posthaste.redaction.Masks;
import dev.posthaste.web.http.ApiException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Overviews as they are sent, for two seconds each: made when somebody asks, by whoever comes first, while the others wait for
 * him. However many look at it, a team's costs the database the same. Thread-safe.
 */
final class Snapshots {
    private static final Duration FRESH = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    private final OverviewReader reader;
    private final Masks masks;
    private final ObjectWriter json;
    private final AsyncCache<Key, Snapshot> made = Caffeine.newBuilder()
            .expireAfterWrite(FRESH)
            .maximumWeight(MAX_BYTES)
            .weigher((Key key, Snapshot snapshot) -> snapshot.bytes())
            .buildAsync();

    /** @param json as all answers are written */
    Snapshots(OverviewReader reader, Masks masks, ObjectWriter json) {
        this.reader = reader;
        this.masks = masks;
        this.json = json;
    }

    /**
     * Whose, and for whom.
     *
     * @param withFailures whether whoever asks may see jobs
     */
    record Key(long teamId, boolean withFailures) {}

    /**
     * A team's. It was made within the last two seconds, or is being made; it tells of the instant when that began.
     *
     * @throws ApiException 503 when who makes it takes too long
     */
    Snapshot of(Key key) throws SQLException {
        CompletableFuture<Snapshot> own = new CompletableFuture<>();
        CompletableFuture<Snapshot> known = made.asMap().putIfAbsent(key, own);
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
    Snapshot renewed(Key key) throws SQLException {
        CompletableFuture<Snapshot> own = new CompletableFuture<>();
        made.asMap().put(key, own);
        return make(key, own);
    }

    private Snapshot make(Key key, CompletableFuture<Snapshot> own) throws SQLException {
        try {
            OverviewAnswer answer = OverviewAnswer.of(reader.read(key.teamId(), key.withFailures()), masks);
            Snapshot snapshot = new Snapshot(json.writeValueAsBytes(answer));
            own.complete(snapshot);
            return snapshot;
        } catch (SQLException | RuntimeException | Error e) {
            own.completeExceptionally(e);
            throw e;
        } catch (JsonProcessingException e) {
            own.completeExceptionally(e);
            throw new IllegalStateException(e);
        }
    }
}
