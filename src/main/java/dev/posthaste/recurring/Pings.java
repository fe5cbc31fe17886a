package dev.posthaste.recurring;

import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.jobs.ExecutionTrigger;
import dev.posthaste.jobs.ExpectedPing;
import dev.posthaste.jobs.Ping;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.sql.OnConflict;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jdbi.v3.core.Jdbi;

/**
 * Takes pings. One answers every fire of its cron that waits; the one-shot that would judge it at its deadline is moved to
 * now, so that all ends are recorded in one way. One for which none waits counts for the next fire if it comes shortly
 * before, and otherwise if it says something else than the last end did. Each is a transaction that holds its cron's row. Thread-safe.
 */
public final class Pings {
    private final Jdbi database;
    private final CronDao crons;
    private final ExecutionDao executions;
    private final ExecutionWriter writer;
    private final OneShots oneShots;
    private final LongAdder taken = new LongAdder();

    Pings(Jdbi database, CronDao crons, ExecutionDao executions, ExecutionWriter writer, OneShots oneShots) {
        this.database = database;
        this.crons = crons;
        this.executions = executions;
        this.writer = writer;
        this.oneShots = oneShots;
    }

    /**
     * Takes a ping.
     *
     * @param isFailure whether it says that what should have been done has failed
     * @return false when no cron has that secret
     */
    public boolean take(PingSecret secret, boolean isFailure) throws SQLException {
        byte[] sha256 = secret.sha256();
        Optional<List<OneShot>> moved = OnConflict.repeat(() -> database.inTransaction(handle -> {
            Connection connection = handle.getConnection();
            Optional<DueCron> cron = crons.takePinged(connection, sha256);
            DueCron.Heartbeat pings = cron.map(DueCron::pings).orElse(null);
            return pings == null
                    ? Optional.<List<OneShot>>empty()
                    : Optional.of(take(connection, cron.get(), pings, isFailure));
        }));
        if (moved.isEmpty()) {
            return false;
        }
        oneShots.committed(moved.get());
        taken.increment();
        return true;
    }

    /** How many were taken since the start. */
    public long taken() {
        return taken.sum();
    }

    private List<OneShot> take(Connection connection, DueCron cron, DueCron.Heartbeat pings, boolean isFailure)
            throws SQLException {
        Instant now = crons.now(connection);
        Ping ping = new Ping(now, isFailure);
        List<OneShot> answered = executions.notePing(connection, cron.id(), ping);
        if (answered.isEmpty()) {
            return takeBetweenFires(connection, cron, pings, ping);
        }
        crons.pinged(connection, cron.id(), ping, false, null);
        List<OneShot> moved = new ArrayList<>();
        for (OneShot judging : answered) {
            // One that is being judged already reads what has just been noted.
            if (oneShots.reschedule(connection, judging)) {
                moved.add(judging);
            }
        }
        return moved;
    }

    private List<OneShot> takeBetweenFires(Connection connection, DueCron cron, DueCron.Heartbeat pings, Ping ping)
            throws SQLException {
        boolean isEarly = PingWindow.isEarly(ping, cron.nextFireAt(), pings);
        boolean isReported = cron.nextFireAt() != null
                && (isEarly
                        ? ping.isFailure() && pings.earlyExecution() == null
                        : isNews(connection, cron, pings, ping));
        ExecutionWriter.Written reported =
                isReported ? report(connection, cron, pings, ping) : ExecutionWriter.Written.NOTHING;
        Long ofFailure = !ping.isFailure()
                ? null
                : isReported ? (Long) reported.executions().get(0).id() : pings.earlyExecution();
        crons.pinged(connection, cron.id(), ping, isEarly, ofFailure);
        return reported.oneShots();
    }

    /** A run that has failed may say so again and again; and what is being judged has been told already. */
    private boolean isNews(Connection connection, DueCron cron, DueCron.Heartbeat pings, Ping ping)
            throws SQLException {
        return ping.isFailure() != pings.isFailing()
                && executions.openOf(connection, List.of(cron.id())).isEmpty();
    }

    /** An execution of its own, whose ping has come. */
    private ExecutionWriter.Written report(Connection connection, DueCron cron, DueCron.Heartbeat pings, Ping ping)
            throws SQLException {
        ExpectedPing reported = new ExpectedPing(pings.graceSeconds(), ping.at(), ping);
        return writer.write(
                connection, List.of(new ExecutionWriter.Planned(cron, ExecutionTrigger.RUN_NOW, null, null, reported)));
    }
}
