package dev.posthaste.stats;

import dev.posthaste.queues.QueueDao;
import dev.posthaste.queues.Tally;
import dev.posthaste.queues.TallyDao;
import dev.posthaste.sql.CommitUnknownException;
import dev.posthaste.sql.OneTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Adds to the minutes what has happened since the last time: of what is tallied all that is there, whoever wrote it, so that
 * what a node that died had tallied is taken by the next one; of how late and long attempts were what this node has seen.
 */
final class FlushStats {
    /** So many queues of a team, the oldest, have rows of their own; the team's row has all. */
    static final int MAX_QUEUES = 100;

    private final RecentTimes times;
    private final TallyDao tallies;
    private final QueueDao queues;
    private final StatsDao stats;
    private final Queue<Doubt> doubts = new ConcurrentLinkedQueue<>();

    /**
     * A flush whose commit was not answered.
     *
     * @param transaction by which the database knows what became of it
     */
    private record Doubt(long transaction, Map<StatsRow.Key, RecentTimes.OfQueue> recent, Tally tally) {}

    FlushStats(RecentTimes times, TallyDao tallies, QueueDao queues, StatsDao stats) {
        this.times = times;
        this.tallies = tallies;
        this.queues = queues;
        this.stats = stats;
    }

    /**
     * Asks the database what became of a flush whose commit it did not answer; returns what was tallied if it was done.
     * What was not done is flushed again. On a connection in autocommit mode.
     */
    synchronized Tally settle(Connection connection) throws SQLException {
        Doubt doubt = doubts.peek();
        if (doubt == null) {
            return Tally.NONE;
        }
        StatsDao.Outcome outcome = stats.outcome(connection, doubt.transaction());
        if (outcome == StatsDao.Outcome.IN_PROGRESS) {
            return Tally.NONE;
        }
        doubts.remove();
        if (outcome == StatsDao.Outcome.UNDONE) {
            times.putBack(doubt.recent());
        }
        return outcome == StatsDao.Outcome.COMMITTED ? doubt.tally() : Tally.NONE;
    }

    /** On a connection in autocommit mode; returns all that was tallied and not taken before. */
    Tally run(Connection connection) throws SQLException {
        Map<StatsRow.Key, RecentTimes.OfQueue> recent = times.take();
        List<Doubt> written = new ArrayList<>();
        try {
            return OneTransaction.on(connection, open -> {
                Tally tally = write(open, recent);
                stats.transaction(open).ifPresent(id -> written.add(new Doubt(id, recent, tally)));
                return tally;
            });
        } catch (CommitUnknownException e) {
            // What may be there is not added again before it is known.
            doubts.addAll(written);
            throw e;
        } catch (SQLException | RuntimeException | Error e) {
            times.putBack(recent);
            throw e;
        }
    }

    private Tally write(Connection connection, Map<StatsRow.Key, RecentTimes.OfQueue> recent) throws SQLException {
        Map<StatsRow.Key, StatsRow> rows = new TreeMap<>();
        recent.forEach((key, times) -> add(rows, StatsRow.of(key, times)));
        List<TallyDao.Since> tallied = tallies.take(connection);
        for (TallyDao.Since since : tallied) {
            add(rows, StatsRow.of(new StatsRow.Key(since.teamId(), since.queueId()), since.tally()));
        }
        if (rows.isEmpty()) {
            return Tally.NONE;
        }
        List<Long> queueIds = rows.keySet().stream()
                .filter(StatsRow.Key::isOfQueue)
                .map(StatsRow.Key::queueId)
                .toList();
        Set<Long> own = queueIds.isEmpty() ? Set.of() : queues.amongFirst(connection, queueIds, MAX_QUEUES);
        Instant minute = stats.minute(connection);
        stats.add(
                connection,
                StatsDao.MINUTE,
                rows.values().stream()
                        .filter(row ->
                                !row.key().isOfQueue() || own.contains(row.key().queueId()))
                        .map(row -> new StatsDao.Dated(minute, row))
                        .toList());
        return tallied.stream().map(TallyDao.Since::tally).reduce(Tally.NONE, Tally::plus);
    }

    /** To its queue, unless it belongs to none, and to all of its team. */
    private static void add(Map<StatsRow.Key, StatsRow> rows, StatsRow row) {
        if (row.key().isOfQueue()) {
            rows.merge(row.key(), row, StatsRow::plus);
        }
        StatsRow ofTeam = row.under(StatsRow.Key.ofTeam(row.key().teamId()));
        rows.merge(ofTeam.key(), ofTeam, StatsRow::plus);
    }
}
