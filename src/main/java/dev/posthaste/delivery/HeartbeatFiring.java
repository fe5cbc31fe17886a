package dev.posthaste.delivery;

import dev.posthaste.jobs.DueJob;
import dev.posthaste.jobs.DueJobDao;
import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.jobs.Ping;
import dev.posthaste.jobs.Triggers;
import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.DatabaseClock;
import dev.posthaste.oneshots.FiringPort;
import dev.posthaste.oneshots.OneShotKey;
import dev.posthaste.sql.SqlFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Judges executions that send nothing and wait for a ping: at the end of the grace, or as soon as one has come. The end is
 * recorded as that of any other. Thread-safe.
 */
final class HeartbeatFiring implements FiringPort {
    /** Looked at so late, nobody was there to be pinged: no node, or no database. */
    private static final Duration LATE = Duration.ofSeconds(10);

    private final DataSource database;
    private final DueJobDao dueJobs;
    private final ExecutionDao executions;
    private final EndedAttempts endedAttempts;
    private final Unsent unsent;
    private final OutcomeLog outcomes;
    private final AttemptLog attempts;
    private final DatabaseClock clock;
    private final LongAdder missed = new LongAdder();

    /** @param clock the database's */
    HeartbeatFiring(
            DataSource database,
            DueJobDao dueJobs,
            ExecutionDao executions,
            EndedAttempts endedAttempts,
            Unsent unsent,
            OutcomeLog outcomes,
            AttemptLog attempts,
            DatabaseClock clock) {
        this.database = database;
        this.dueJobs = dueJobs;
        this.executions = executions;
        this.endedAttempts = endedAttempts;
        this.unsent = unsent;
        this.outcomes = outcomes;
        this.attempts = attempts;
        this.clock = clock;
    }

    @Override
    public boolean isFaultOfOne(Exception failure) {
        return SqlFailure.isOfTheData(failure);
    }

    @Override
    public Map<OneShotKey, DueJob> prepare(Connection connection, List<ClaimedOneShot> claimed) throws SQLException {
        Map<Long, DueJob> jobs = dueJobs.load(
                connection,
                claimed.stream().map(shot -> Triggers.idOf(shot.key())).toList());
        Map<OneShotKey, DueJob> prepared = new HashMap<>();
        for (ClaimedOneShot shot : claimed) {
            DueJob job = jobs.get(Triggers.idOf(shot.key()));
            if (job != null) {
                prepared.put(shot.key(), job);
            }
        }
        return prepared;
    }

    @Override
    public CompletableFuture<?> fire(ClaimedOneShot shot, @Nullable Object prepared, LastLook lastLook)
            throws InterruptedException {
        DueJob.OfCron cron = prepared instanceof DueJob job ? job.cron() : null;
        Integer grace = cron == null ? null : cron.graceSeconds();
        if (!(prepared instanceof DueJob job) || grace == null) {
            return outcomes.record(new Outcome.NothingToSend(shot));
        }
        Optional<Ping> ping = pingOf(job);
        Instant now = clock.instant();
        if (ping.isEmpty() && isMissedByUs(shot, now) && isFirstDeadline(shot, job, grace)) {
            return outcomes.record(new Outcome.AwaitsPing(shot, job.queueId(), job.id(), now.plusSeconds(grace)));
        }
        if (ping.isEmpty()) {
            missed.increment();
        }
        return attempts.record(endedAttempts.ofHeartbeat(shot, job, ping.orElse(null), now), () -> {});
    }

    /** One that is late behind others is not: who would have pinged could have. */
    private boolean isMissedByUs(ClaimedOneShot shot, Instant now) {
        return shot.due().plus(LATE).isBefore(now) && shot.due().isBefore(clock.steadySince());
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
            throw unsent.putBack(
                    AttemptLog.named(job),
                    new UnsentException("whether its ping has come could not be read: " + e.getMessage(), e));
        }
    }

    @Override
    public boolean isHeldUp() {
        return outcomes.isHeldUp();
    }

    /** Nothing was sent: whoever takes them next judges them. */
    @Override
    public Set<OneShotKey> interrupted(Connection connection, Collection<ClaimedOneShot> abandoned) {
        return Set.of();
    }
}
