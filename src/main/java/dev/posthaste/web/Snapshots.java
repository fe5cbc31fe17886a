package dev.posthaste.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.posthaste.overview.OverviewReader;
import dev.posthaste.redaction.Masks;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.SharedAnswer;
import jakarta.ws.rs.core.MediaType;
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
    private final AsyncCache<Key, SharedAnswer> made = Caffeine.newBuilder()
            .expireAfterWrite(FRESH)
            .maximumWeight(MAX_BYTES)
            .weigher((Key key, SharedAnswer snapshot) -> snapshot.bytes())
            .buildAsync();

    /** @param json as all answers are written */
    Snapshots(OverviewReader reader, Masks masks, ObjectWriter json) {
        this.reader = reader;
        this.masks = masks;
        this.json = json;
    }

    private record Key(long teamId, boolean withFailures) {}

    /**
     * A team's. It was made within the last two seconds, or is being made; it tells of the instant when that began.
     *
     * @param withFailures whether whoever asks may see jobs
     * @throws ApiException 503 when who makes it takes too long
     */
    SharedAnswer of(long teamId, boolean withFailures) throws SQLException {
        Key key = new Key(teamId, withFailures);
        CompletableFuture<SharedAnswer> own = new CompletableFuture<>();
        CompletableFuture<SharedAnswer> known = made.asMap().putIfAbsent(key, own);
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

    private SharedAnswer make(Key key, CompletableFuture<SharedAnswer> own) throws SQLException {
        try {
            OverviewAnswer answer = OverviewAnswer.of(reader.read(key.teamId(), key.withFailures()), masks);
            SharedAnswer snapshot = new SharedAnswer(MediaType.APPLICATION_JSON, json.writeValueAsBytes(answer));
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
