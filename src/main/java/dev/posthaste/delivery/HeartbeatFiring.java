package dev.posthaste.delivery;

import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.jobs.Ping;
import dev.posthaste.oneshots.ClaimedOneShot;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;

/**
 * Judges executions that send nothing and wait for a ping: at the end of the grace, or as soon as one has come. The end is
 * recorded as that of any other. Thread-safe.
 */
final class HeartbeatFiring {
    /** Looked at so late, nobody was there to be pinged: no node, or no database. */
    private static final Duration LATE = Duration.ofSeconds(10);

    private final DataSource database;
    private final ExecutionDao executions;
    private final EndedAttempts endedAttempts;
    private final InstantSource clock;
    private final LongAdder missed = new LongAdder();

    /** @param clock the database's */
    HeartbeatFiring(DataSource database, ExecutionDao executions, EndedAttempts endedAttempts, InstantSource clock) {
        this.database = database;
        this.executions = executions;
        this.endedAttempts = endedAttempts;
        this.clock = clock;
    }

    /**
     * What becomes of an execution whose one-shot has fired.
     *
     * @throws UnsentException when the database does not tell whether a ping has come
     */
    Outcome judge(ClaimedOneShot shot, DueJob job, int graceSeconds) {
        Optional<Ping> ping = pingOf(job);
        Instant now = clock.instant();
        if (ping.isEmpty() && shot.due().plus(LATE).isBefore(now) && isFirstDeadline(shot, job, graceSeconds)) {
            return new Outcome.PutOff(shot, now.plusSeconds(graceSeconds));
        }
        if (ping.isEmpty()) {
            missed.increment();
        }
        return endedAttempts.ofHeartbeat(shot, job, ping.orElse(null), now);
    }

    /** Grace is given anew once: what is late time and again waits behind others, and would never be judged. */
    private static boolean isFirstDeadline(ClaimedOneShot shot, DueJob job, int graceSeconds) {
        return !shot.due().isAfter(job.scheduledAt().plusSeconds(graceSeconds));
    }

    /** How many pings this node has found missing since its start. */
    long missed() {
        return missed.sum();
    }

    /** As it is now: one may have come since the claim. */
    private Optional<Ping> pingOf(DueJob job) {
        try (Connection connection = database.getConnection()) {
            return executions.pingOf(connection, job.id());
        } catch (SQLException e) {
            throw new UnsentException("whether its ping has come could not be read: " + e.getMessage(), e);
        }
    }
}
