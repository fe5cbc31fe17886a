package dev.posthaste.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.posthaste.stats.StatsRange;
import dev.posthaste.stats.StatsReader;
import dev.posthaste.web.http.SharedAnswer;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Statistics as they are answered. All who look at a page ask for the same whole steps, and nodes add to these every ten seconds
 * only, so that what one was told two seconds ago is good for the next. Thread-safe.
 */
final class SharedStats {
    private final StatsReader reader;
    private final ObjectWriter json;
    private final MadeForAll<Key, SharedAnswer> made =
            new MadeForAll<>(this::make, (Key key, SharedAnswer answer) -> answer.bytes());

    /** @param json as all answers are written */
    SharedStats(StatsReader reader, ObjectWriter json) {
        this.reader = reader;
        this.json = json;
    }

    private record Key(long teamId, @Nullable Long queueId, StatsRange range) {}

    /**
     * Of a team, or of one of its queues.
     *
     * @param queueId null for all that the team has
     */
    SharedAnswer of(long teamId, @Nullable Long queueId, StatsRange range) throws SQLException {
        return made.of(new Key(teamId, queueId, range));
    }

    private SharedAnswer make(Key key) throws SQLException {
        StatsAnswer answer = StatsAnswer.of(reader.read(key.teamId(), key.queueId(), key.range()));
        try {
            return new SharedAnswer(MediaType.APPLICATION_JSON, json.writeValueAsBytes(answer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
