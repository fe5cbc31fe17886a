package dev.posthaste.ops;

import dev.posthaste.jobs.RunDao;
import dev.posthaste.sql.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the partitions of the coming days ready, so that no run ends up in the default one. Where somebody is using the
 * table the next call does it: outcomes wait behind it for a fraction of a second as a rule.
 */
public final class RunPartitions implements Upkeep.Task {
    private static final Logger LOG = LoggerFactory.getLogger(RunPartitions.class);
    private static final int DAYS_AHEAD = 7;

    private final RunDao runs;
    private final InstantSource clock;

    /** @param clock the database's */
    public RunPartitions(RunDao runs, InstantSource clock) {
        this.runs = runs;
        this.clock = clock;
    }

    @Override
    public void run(Connection connection) throws SQLException {
        for (int day = 0; day <= DAYS_AHEAD; day++) {
            Instant instant = clock.instant().plus(Duration.ofDays(day));
            try {
                runs.makePartition(connection, instant);
            } catch (SQLException e) {
                if (!RunDao.isInUse(e) && SqlFailure.isPassing(e)) {
                    // The other days would find the same.
                    throw e;
                }
                LOG.warn(
                        "The partition of runs for {} could not be made; runs of that day go to the default partition: {}",
                        instant,
                        e.getMessage());
                if (RunDao.isInUse(e)) {
                    return;
                }
            }
        }
    }
}
