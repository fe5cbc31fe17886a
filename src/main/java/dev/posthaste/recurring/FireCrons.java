package dev.posthaste.recurring;

import dev.posthaste.jobs.ExecutionDao;
import dev.posthaste.jobs.ExecutionTrigger;
import dev.posthaste.oneshots.OneShot;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The firing transaction: takes crons that are due, passing over those that others hold, makes an execution for each and
 * moves its next fire. All of it is committed or nothing, so that whatever dies when, each fire is made once. Thread-safe:
 * holds no state.
 */
final class FireCrons {
    private final CronDao crons;
    private final ExecutionDao executions;
    private final ExecutionWriter writer;

    FireCrons(CronDao crons, ExecutionDao executions, ExecutionWriter writer) {
        this.crons = crons;
        this.executions = executions;
        this.writer = writer;
    }

    /** A cron that is due, and this node cannot tell when to fire it. It stays due. */
    record Unreadable(DueCron cron, String why) {}

    /**
     * What a transaction has done.
     *
     * @param taken how many crons were due, with those that are unreadable
     * @param oneShots to be announced after the commit
     */
    record Fired(int taken, List<OneShot> oneShots, List<Unreadable> unreadable) {}

    /**
     * A cron's next fire.
     *
     * @param pingDeadline until when the one that is made waits for its ping; null for a cron that expects none
     */
    record Next(long cronId, Instant at, @Nullable Instant pingDeadline) {}

    /**
     * Fires what is due, in the caller's transaction.
     *
     * @param max so many at most, the longest due first
     * @param except crons that are left to others
     */
    Fired fire(Connection connection, int max, Collection<Long> except) throws SQLException {
        return fire(connection, crons.takeDue(connection, max, except));
    }

    /** The same with crons that are due and that the transaction has locked. */
    Fired fire(Connection connection, List<DueCron> due) throws SQLException {
        if (due.isEmpty()) {
            return new Fired(0, List.of(), List.of());
        }
        // A statement of its own, behind the locks: it sees what those committed who held the rows before.
        Map<Long, Long> open = executions.openOf(
                connection,
                due.stream()
                        .filter(cron -> cron.overlap() == Overlap.SKIP)
                        .map(DueCron::id)
                        .toList());
        Instant now = crons.now(connection);
        List<Unreadable> unreadable = new ArrayList<>();
        List<ExecutionWriter.Planned> planned = new ArrayList<>();
        List<Next> next = new ArrayList<>();
        for (DueCron cron : due) {
            Instant waiting = cron.nextFireAt() == null ? now : cron.nextFireAt();
            try {
                Fire fire = Fire.of(cron.timing().schedule(), waiting, now.isBefore(waiting) ? waiting : now);
                PingWindow window = cron.pings() == null ? null : PingWindow.of(fire.at(), now, cron.pings());
                planned.add(new ExecutionWriter.Planned(
                        cron,
                        ExecutionTrigger.SCHEDULE,
                        fire.at(),
                        window == null ? open.get(cron.id()) : window.skippedFor(),
                        window == null ? null : window.expected(now)));
                next.add(new Next(cron.id(), fire.next(), window == null ? null : window.deadline()));
            } catch (UnreadableTimingException e) {
                unreadable.add(new Unreadable(cron, String.valueOf(e.getMessage())));
            }
        }
        ExecutionWriter.Written written = writer.write(connection, planned);
        crons.advance(connection, next);
        return new Fired(due.size(), written.oneShots(), unreadable);
    }
}
