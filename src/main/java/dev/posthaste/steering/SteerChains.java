package dev.posthaste.steering;

import dev.posthaste.jobs.ChainDao;
import dev.posthaste.jobs.FinalStatus;
import dev.posthaste.jobs.FoundChain;
import dev.posthaste.jobs.JobStatus;
import dev.posthaste.jobs.ResolvedChainDao;
import dev.posthaste.jobs.ResolvedChainDao.Resolved;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.CountChange;
import dev.posthaste.queues.QueueCountDao;
import dev.posthaste.queues.QueueDao;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Does one thing to many chains that were found, in the caller's transaction; each is looked at once more under its lock, and
 * what is not in a state that allows it is left as it is. Thread-safe.
 */
public final class SteerChains {
    private final OneShots oneShots;
    private final QueueDao queues;
    private final CancelJobs cancellation;
    private final ResolvedChainDao resolved = new ResolvedChainDao();
    private final ReplayJobs replays;
    private final RemoveChains removal;

    /** The parts write through the caller's connection. */
    public SteerChains(
            OneShots oneShots,
            QueueDao queues,
            ChainDao chains,
            QueueCountDao counts,
            ReplayJobs replays,
            RemoveChains removal) {
        this.oneShots = oneShots;
        this.queues = queues;
        this.cancellation = new CancelJobs(chains, oneShots, counts);
        this.replays = replays;
        this.removal = removal;
    }

    /**
     * What was done.
     *
     * @param chains to how many
     * @param triggers of new jobs, to be announced after the commit
     */
    public record Steered(int chains, List<OneShot> triggers) {
        /** To nothing. */
        public static final Steered NOTHING = new Steered(0, List.of());
    }

    /** Cancels what of them is pending. */
    public Steered cancel(Connection connection, List<FoundChain> chains) throws SQLException {
        List<CancelJobs.Candidate> pending = chains.stream()
                .filter(chain -> chain.lastStatus() == JobStatus.PENDING)
                .map(chain -> new CancelJobs.Candidate(chain.queueId(), chain.lastId()))
                .toList();
        return new Steered(cancellation.cancel(connection, pending).size(), List.of());
    }

    /** Sends those that are over and were not replayed again, as new jobs that are due at once. */
    public Steered replay(Connection connection, long teamId, List<FoundChain> chains) throws SQLException {
        Map<Long, FoundChain> found = chains.stream().collect(Collectors.toMap(FoundChain::originalId, chain -> chain));
        List<Resolved> over = lock(connection, teamId, found.keySet());
        Set<Long> replayed = resolved.withReplayedRetry(connection, found.keySet());
        List<ReplayJobs.Source> sources = new ArrayList<>();
        for (Resolved one : over) {
            FoundChain chain = found.get(one.originalId());
            if (chain != null && !isReplayed(one, replayed)) {
                sources.add(source(one, chain));
            }
        }
        if (sources.isEmpty()) {
            return Steered.NOTHING;
        }
        List<OneShot> triggers = replays.replay(connection, teamId, sources).stream()
                .map(SteeringResult.Replayed::trigger)
                .toList();
        return new Steered(sources.size(), triggers);
    }

    private static ReplayJobs.Source source(Resolved one, FoundChain chain) {
        return new ReplayJobs.Source(
                one.originalId(),
                one.queueId(),
                chain.requestId(),
                chain.priority(),
                one.end() == FinalStatus.DEAD_LETTERED);
    }

    /**
     * Removes those that are over with all that belongs to them.
     *
     * @param replayed only those that were replayed, or were not; null for both
     */
    public Steered purge(Connection connection, long teamId, List<FoundChain> chains, @Nullable Boolean replayed)
            throws SQLException {
        List<Resolved> over = lock(
                connection, teamId, chains.stream().map(FoundChain::originalId).toList());
        if (replayed != null) {
            over = those(connection, over, replayed);
        }
        Map<Long, CountChange> changes = new HashMap<>();
        over.forEach(one ->
                changes.merge(one.queueId(), CountChange.removed(one.end(), one.isReplayed()), CountChange::and));
        removal.remove(connection, over.stream().map(Resolved::originalId).toList(), changes);
        return new Steered(over.size(), List.of());
    }

    /** What was found may have been replayed since. */
    private List<Resolved> those(Connection connection, List<Resolved> over, boolean replayed) throws SQLException {
        Set<Long> byRetry = resolved.withReplayedRetry(
                connection, over.stream().map(Resolved::originalId).toList());
        return over.stream().filter(one -> isReplayed(one, byRetry) == replayed).toList();
    }

    /** A dead letter is replayed as such: that somebody sent one of its attempts again before it died has not resolved it. */
    private static boolean isReplayed(Resolved one, Set<Long> byRetry) {
        return one.isReplayed() || (one.end() != FinalStatus.DEAD_LETTERED && byRetry.contains(one.originalId()));
    }

    /** Those whose queues are there as well, and cannot be deleted before the transaction ends. */
    private List<Resolved> lock(Connection connection, long teamId, Collection<Long> originalIds) throws SQLException {
        List<Resolved> over = resolved.lock(connection, teamId, originalIds);
        Map<Long, String> existing = new HashMap<>();
        queues.holdExisting(over.stream().map(Resolved::queueId).collect(Collectors.toSet()), existing::putAll)
                .execute(connection);
        return over.stream().filter(one -> existing.containsKey(one.queueId())).toList();
    }

    /** After the commit: what has new triggers is sent. */
    public void committed(Steered steered) {
        if (!steered.triggers().isEmpty()) {
            oneShots.committed(steered.triggers());
            replays.made(steered.chains());
        }
    }
}
