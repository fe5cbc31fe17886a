package dev.posthaste.teams;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * When this node's callers last used their tokens: noted in memory with each call, written by upkeep. Holds what valid
 * tokens there are, and forgets one that is used no more. Thread-safe.
 */
public final class LastUses {
    private static final Duration WRITTEN_EVERY = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final TokenDao dao;
    private final Map<Long, Use> uses = new ConcurrentHashMap<>();

    /** @param writtenAt when this node wrote it last, null for never */
    private record Use(Instant at, @Nullable Instant writtenAt) {
        boolean isToBeWritten() {
            return writtenAt == null || !at.isBefore(writtenAt.plus(WRITTEN_EVERY));
        }
    }

    /** @param clock the database's */
    public LastUses(InstantSource clock, TokenDao dao) {
        this.clock = clock;
        this.dao = dao;
    }

    /** Notes that a token has just let somebody in. */
    public void note(long tokenId) {
        Instant now = clock.instant();
        uses.compute(tokenId, (id, use) -> new Use(now, use == null ? null : use.writtenAt()));
    }

    /** Writes those that were not written within a minute, in one statement; none when there are none. */
    public void write(Connection connection) throws SQLException {
        Map<Long, Instant> due = new TreeMap<>();
        uses.forEach((id, use) -> {
            if (use.isToBeWritten()) {
                due.put(id, use.at());
            }
        });
        if (!due.isEmpty()) {
            dao.used(due).execute(connection);
        }
        Instant old = clock.instant().minus(WRITTEN_EVERY.multipliedBy(2));
        due.forEach((id, at) -> uses.computeIfPresent(id, (same, use) -> new Use(use.at(), at)));
        uses.values().removeIf(use -> !use.isToBeWritten() && use.at().isBefore(old));
    }

    /** Of how many tokens something is held. */
    int size() {
        return uses.size();
    }
}
