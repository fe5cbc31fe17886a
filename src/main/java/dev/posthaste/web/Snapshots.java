package dev.posthaste.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.posthaste.overview.OverviewReader;
import dev.posthaste.redaction.Masks;
import dev.posthaste.web.http.ApiException;
import java.sql.SQLException;

/** Overviews as they are sent: a team's costs the database the same, however many look at it. Thread-safe. */
final class Snapshots {
    private final OverviewReader reader;
    private final Masks masks;
    private final ObjectWriter json;
    private final MadeForAll<Key, Snapshot> made =
            new MadeForAll<>(this::make, (Key key, Snapshot snapshot) -> snapshot.bytes());

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
        return made.of(key);
    }

    /** One that is made now, for whoever asks later as well. */
    Snapshot renewed(Key key) throws SQLException {
        return made.renewed(key);
    }

    private Snapshot make(Key key) throws SQLException {
        OverviewAnswer answer = OverviewAnswer.of(reader.read(key.teamId(), key.withFailures()), masks);
        try {
            return new Snapshot(json.writeValueAsBytes(answer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
