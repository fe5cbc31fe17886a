package dev.posthaste.recurring;

import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Reads crons as clients see them. Thread-safe. */
public final class CronReader {
    private final Jdbi database;
    private final CronSettingsDao crons;
    private final CronListDao lists;

    /** Every call is a statement of its own. */
    CronReader(Jdbi database, CronSettingsDao crons, CronListDao lists) {
        this.database = database;
        this.crons = crons;
        this.lists = lists;
    }

    /** The cron; empty when the team has none with that id. */
    public Optional<Cron> find(long teamId, long cronId) throws SQLException {
        return database.withHandle(handle -> crons.find(handle.getConnection(), teamId, cronId));
    }

    /** Whether the team has a cron with that id. */
    public boolean exists(long teamId, long cronId) throws SQLException {
        return database.withHandle(handle -> crons.exists(handle.getConnection(), teamId, cronId));
    }

    /** How many bytes it takes to show one, to be asked before they are read; 0 when the team has no such cron. */
    public long bytesOf(long teamId, long cronId) throws SQLException {
        return database.withHandle(handle -> crons.bytesOf(handle.getConnection(), teamId, cronId));
    }

    /** Crons of a team, newest first and without payloads: those with a smaller id than {@code before}. */
    public CronPage list(long teamId, CronFilter filter, long before, int limit) throws SQLException {
        return database.withHandle(handle -> lists.list(handle.getConnection(), teamId, filter, before, limit));
    }
}
