package dev.posthaste.steering;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import dev.posthaste.intake.AcceptedJob;
import dev.posthaste.jobs.DeadLetterDao;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.CountChange;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.queues.QueueName;
import dev.posthaste.sql.OnConflict;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Replays and purges dead letters, those with given ids or all of a queue, in batches that are transactions of their own.
 * A dead letter that somebody else was faster with is passed over. Thread-safe.
 */
public final class DeadLetters {
    private static final int BATCH = 1_000;
    private static final int MAX_SHOWN = 1_000;

    /**
     * Which are meant: one of the two.
     *
     * @param ids of the chains' originals
     * @param queue the queue's name; one that does not exist has none
     */
    public record Selection(
            @Nullable Set<Long> ids, @Nullable String queue) {}

    /**
     * What was sent again.
     *
     * @param jobs the first thousand of the new jobs
     */
    public record SentAgain(long count, List<AcceptedJob> jobs) {}

    private final Jdbi database;
    private final OneShots oneShots;
    private final DeadLetterDao deadLetters;
    private final QueueDao queues;
    private final ReplayJobs replays;
    private final RemoveChains removal;
    private final AuditLog audit = new AuditLog();

    /** Every batch takes a connection of {@code database}. */
    public DeadLetters(
            Jdbi database,
            OneShots oneShots,
            DeadLetterDao deadLetters,
            QueueDao queues,
            ReplayJobs replays,
            RemoveChains removal) {
        this.database = database;
        this.oneShots = oneShots;
        this.deadLetters = deadLetters;
        this.queues = queues;
        this.replays = replays;
        this.removal = removal;
    }

    /** Sends them again, as new jobs that are due at once. */
    public SentAgain replay(long teamId, Selection selection, Actor actor) throws SQLException {
        List<AcceptedJob> shown = new ArrayList<>();
        long count =
                inBatches(new Wish(teamId, selection, actor, AuditAction.DEAD_LETTERS_REPLAY), (connection, batch) -> {
                    List<SteeringResult.Replayed> replayed = replays.replay(
                            connection,
                            teamId,
                            batch.stream()
                                    .map(one -> new ReplayJobs.Source(
                                            one.id(), one.queueId(), one.requestId(), one.priority(), true))
                                    .toList());
                    replayed.stream().limit(MAX_SHOWN - shown.size()).forEach(one -> shown.add(one.job()));
                    return replayed.stream()
                            .map(SteeringResult.Replayed::trigger)
                            .toList();
                });
        replays.made(count);
        return new SentAgain(count, shown);
    }

    /** Removes them with their chains, and returns how many they were. */
    public long purge(long teamId, Selection selection, Actor actor) throws SQLException {
        return inBatches(new Wish(teamId, selection, actor, AuditAction.DEAD_LETTERS_PURGE), (connection, batch) -> {
            remove(connection, batch);
            return List.of();
        });
    }

    /** Removes some of those that their queues keep no longer, in the caller's transaction; returns how many. */
    public int removeExpired(Connection connection, int max) throws SQLException {
        List<DeadLetterDao.Locked> expired = deadLetters.lockExpired(connection, max);
        remove(connection, expired);
        return expired.size();
    }

    private void remove(Connection connection, List<DeadLetterDao.Locked> batch) throws SQLException {
        Map<Long, CountChange> changes = batch.stream()
                .collect(Collectors.toMap(
                        DeadLetterDao.Locked::queueId, one -> new CountChange(0, 0, 0, -1), CountChange::and));
        removal.remove(connection, batch.stream().map(DeadLetterDao.Locked::id).toList(), changes);
    }

    private interface BatchWork {
        /** Returns the triggers that are to be announced after the commit. */
        List<OneShot> with(Connection connection, List<DeadLetterDao.Locked> batch) throws SQLException;
    }

    private interface Lock {
        List<DeadLetterDao.Locked> on(Connection connection) throws SQLException;
    }

    /** What somebody wants. */
    private record Wish(long teamId, Selection selection, Actor actor, AuditAction action) {
        AuditEntry of(Thing thing) {
            return AuditEntry.of(teamId, actor, action, thing);
        }
    }

    private interface Told {
        List<AuditEntry> of(List<DeadLetterDao.Locked> batch);
    }

    private long inBatches(Wish wish, BatchWork work) throws SQLException {
        return wish.selection().ids() != null
                ? byIds(wish, wish.selection().ids(), work)
                : ofQueue(wish, String.valueOf(wish.selection().queue()), work);
    }

    private long byIds(Wish wish, Collection<Long> ids, BatchWork work) throws SQLException {
        List<Long> inOrder = List.copyOf(new TreeSet<>(ids));
        long count = 0;
        for (int from = 0; from < inOrder.size(); from += BATCH) {
            List<Long> some = inOrder.subList(from, Math.min(inOrder.size(), from + BATCH));
            count += batch(
                            connection -> deadLetters.lock(connection, wish.teamId(), some),
                            work,
                            batch -> batch.stream()
                                    .map(one -> wish.of(Thing.job(one.id())))
                                    .toList())
                    .size();
        }
        return count;
    }

    private long ofQueue(Wish wish, String queue, BatchWork work) throws SQLException {
        QueueName name = new QueueName(wish.teamId(), queue);
        Long queueId = database.withHandle(
                handle -> queues.idsOf(handle.getConnection(), List.of(name)).get(name));
        if (queueId == null) {
            return 0;
        }
        long last = database.withHandle(handle -> deadLetters.newestJob(handle.getConnection()));
        long count = 0;
        List<DeadLetterDao.Locked> done;
        long after = 0;
        do {
            long from = after;
            done = batch(
                    connection -> deadLetters.lockNext(connection, queueId, from, last, BATCH),
                    work,
                    batch -> List.of(wish.of(Thing.queue(queueId, queue)).of(batch.size())));
            count += done.size();
            after = done.isEmpty() ? last : done.get(done.size() - 1).id();
        } while (done.size() == BATCH);
        return count;
    }

    private List<DeadLetterDao.Locked> batch(Lock lock, BatchWork work, Told told) throws SQLException {
        List<OneShot> triggers = new ArrayList<>();
        List<DeadLetterDao.Locked> batch = OnConflict.repeat(() -> database.inTransaction(handle -> {
            triggers.clear();
            List<DeadLetterDao.Locked> locked = held(handle.getConnection(), lock.on(handle.getConnection()));
            if (!locked.isEmpty()) {
                triggers.addAll(work.with(handle.getConnection(), locked));
                audit.write(handle, told.of(locked));
            }
            return locked;
        }));
        oneShots.committed(triggers);
        return batch;
    }

    /** Those whose queues are still there, and cannot be deleted before the transaction ends. */
    private List<DeadLetterDao.Locked> held(Connection connection, List<DeadLetterDao.Locked> locked)
            throws SQLException {
        Map<Long, String> existing = new HashMap<>();
        Set<Long> wanted = locked.stream().map(DeadLetterDao.Locked::queueId).collect(Collectors.toSet());
        queues.holdExisting(wanted, existing::putAll).execute(connection);
        return locked.stream()
                .filter(one -> existing.containsKey(one.queueId()))
                .toList();
    }
}
