package dev.posthaste.ops;

import dev.posthaste.postgres.OpenDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a node whose build may not work on the schema any more, because a newer one has changed it while this one was taken for
 * dead: it would fail on any call, or write what nobody reads. Upkeep runs it again and again.
 */
public final class SchemaWatch implements Upkeep.Task {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaWatch.class);

    private final OpenDatabase database;
    private final Runnable end;
    private boolean hasEnded;

    /** @param end ends the process; called once at most, on a thread of its own because it waits for upkeep as well */
    public SchemaWatch(OpenDatabase database, Runnable end) {
        this.database = database;
        this.end = end;
    }

    @Override
    public void run(Connection connection) throws SQLException {
        Optional<String> refusal = database.refusal(connection);
        if (refusal.isPresent() && !hasEnded) {
            hasEnded = true;
            LOG.error("{} This node ends.", refusal.get());
            Thread ending = new Thread(end, "posthaste-end-by-schema");
            ending.setDaemon(true);
            ending.start();
        }
    }
}
