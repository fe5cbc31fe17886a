package dev.posthaste.recurring;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import dev.posthaste.oneshots.OneShot;
import dev.posthaste.oneshots.OneShots;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.queues.QueueName;
import dev.posthaste.sql.KnownCommit;
import dev.posthaste.sql.OnConflict;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes, changes and removes crons, each in one transaction that holds the cron's row, so that a change holds on every node
 * from its commit on. Where the answer of a commit was lost, a {@link dev.posthaste.sql.CommitUnknownException} says so.
 * Thread-safe.
 */
public final class Crons {
    private static final Logger LOG = LoggerFactory.getLogger(Crons.class);

    private static final int TRIES = 10;

    /** So many executions go with their cron while its client waits. */
    private static final int AT_ONCE = 500;

    private final Jdbi database;
    private final CronDao crons;
    private final CronSettingsDao kept;
    private final QueueDao queues;
    private final CronRequests requests;
    private final FireCrons fires;
    private final ExecutionWriter executions;
    private final RemoveCrons removal;
    private final OneShots oneShots;
    private final Runnable whenChanged;
    private final SecureRandom random = new SecureRandom();
    private final AuditLog audit = new AuditLog();
    private final LongAdder made = new LongAdder();

    /** @param whenChanged told of each commit after which a cron may be due earlier than before */
    Crons(
            Jdbi database,
            CronDao crons,
            CronSettingsDao kept,
            QueueDao queues,
            CronRequests requests,
            FireCrons fires,
            ExecutionWriter executions,
            RemoveCrons removal,
            OneShots oneShots,
            Runnable whenChanged) {
        this.database = database;
        this.crons = crons;
        this.kept = kept;
        this.queues = queues;
        this.requests = requests;
        this.fires = fires;
        this.executions = executions;
        this.removal = removal;
        this.oneShots = oneShots;
        this.whenChanged = whenChanged;
    }

    private interface Work<T> {
        /** @throws MissingQueueException when the queue has to be made first, outside of the transaction */
        T in(Handle handle) throws SQLException;
    }

    private static final class MissingQueueException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient QueueName queue;

        MissingQueueException(QueueName queue) {
            super(queue.name(), null, false, false);
            this.queue = queue;
        }
    }

    /**
     * The new cron, which first fires at its first time from now on. Its queue is made if there is none of that name. Empty
     * when the team was removed meanwhile.
     *
     * @throws UnreadableTimingException when it says when to fire in a way that this node cannot read
     */
    public Optional<Cron> create(long teamId, CronSettings settings, Actor actor) throws SQLException {
        Optional<Cron> created = inTransaction(handle -> {
            Connection connection = handle.getConnection();
            if (!kept.holdTeam(connection, teamId)) {
                return Optional.empty();
            }
            Long queueId = holdQueue(connection, teamId, settings.queue());
            long requestId = requests.insert(connection, settings.request());
            Instant next = settings.isActive() ? next(settings.timing(), crons.now(connection)) : null;
            PingSecret pingSecret = settings.expectsPing() ? PingSecret.generate(random) : null;
            long id = kept.insert(
                    connection, teamId, new CronSettingsDao.Kept(settings, requestId, queueId, next), pingSecret);
            audit.write(handle, AuditEntry.of(teamId, actor, AuditAction.CRON_CREATE, Thing.cron(id, settings.name())));
            return kept.find(connection, teamId, id);
        });
        whenChanged.run();
        return created;
    }

    /**
     * Changes a cron. When its times change, or it is resumed, it next fires at its first time from now on; what was due
     * before its times change is fired.
     *
     * @param change from the cron as it is then to its settings; whatever it throws leaves the cron as it was
     * @param action as which the audit tells of it, if it changes anything
     * @throws UnreadableTimingException when it is to fire at times that this node cannot tell
     * @return the cron as it is now; empty when the team has none with that id
     */
    public Optional<Cron> change(
            long teamId, long cronId, Function<Cron, CronSettings> change, Actor actor, AuditAction action)
            throws SQLException {
        Changed changed = inTransaction(handle -> change(handle, teamId, cronId, change, new Told(actor, action)));
        oneShots.committed(changed.fired());
        whenChanged.run();
        return changed.cron();
    }

    /** As what the audit tells of a change, and by whom it is. */
    private record Told(Actor actor, AuditAction action) {}

    /**
     * What a change has led to.
     *
     * @param fired one-shots to be announced after the commit
     */
    private record Changed(Optional<Cron> cron, List<OneShot> fired) {}

    private Changed change(Handle handle, long teamId, long cronId, Function<Cron, CronSettings> change, Told told)
            throws SQLException {
        Connection connection = handle.getConnection();
        Optional<DueCron> locked = crons.take(connection, teamId, cronId);
        if (locked.isEmpty()) {
            return new Changed(Optional.empty(), List.of());
        }
        Cron before = kept.find(connection, teamId, cronId).orElseThrow();
        CronSettings after = change.apply(before);
        List<String> fields = after.changedFrom(before.settings());
        if (fields.isEmpty()) {
            return new Changed(Optional.of(before), List.of());
        }
        List<OneShot> fired = update(connection, teamId, locked.get(), before, after);
        audit.write(
                handle,
                AuditEntry.of(teamId, told.actor(), told.action(), Thing.cron(cronId, after.name()))
                        .changing(fields));
        return new Changed(kept.find(connection, teamId, cronId), fired);
    }

    private List<OneShot> update(Connection connection, long teamId, DueCron locked, Cron before, CronSettings after)
            throws SQLException {
        Long queueId = holdQueue(connection, teamId, after.queue());
        Instant now = crons.now(connection);
        Instant waiting = before.nextFireAt();
        boolean keepsTimes = after.timing().equals(before.settings().timing());
        boolean isLeftDue = after.isActive() && !keepsTimes && waiting != null && !waiting.isAfter(now);
        List<OneShot> fired =
                isLeftDue ? fires.fire(connection, List.of(locked)).oneShots() : List.of();
        long requestId = before.requestId();
        if (!after.request().equals(before.settings().request())) {
            requestId = requests.replace(connection, before.id(), requestId, after.request());
        }
        boolean keepsFire = keepsTimes && waiting != null;
        Instant next = !after.isActive() ? null : keepsFire ? waiting : next(after.timing(), now);
        kept.update(connection, before.id(), new CronSettingsDao.Kept(after, requestId, queueId, next));
        return fired;
    }

    /**
     * Removes a cron: from the commit on it neither fires nor is anything of it sent, shown or recorded. Its rows go then, or
     * with the next retention when there are many.
     *
     * @return false when the team has no such cron
     */
    public boolean remove(long teamId, long cronId, Actor actor) throws SQLException {
        boolean isRemoved = inTransaction(handle -> {
            Connection connection = handle.getConnection();
            Optional<DueCron> cron = crons.take(connection, teamId, cronId);
            if (cron.isEmpty()) {
                return false;
            }
            removal.mark(connection, cronId);
            audit.write(
                    handle,
                    AuditEntry.of(
                            teamId,
                            actor,
                            AuditAction.CRON_DELETE,
                            Thing.cron(cronId, cron.get().name())));
            return true;
        });
        if (isRemoved) {
            removeSome(cronId);
        }
        return isRemoved;
    }

    /** The cron is removed whatever becomes of this. */
    private void removeSome(long cronId) {
        try {
            inTransaction(handle -> removal.some(handle.getConnection(), cronId, AT_ONCE));
        } catch (SQLException | RuntimeException e) {
            LOG.warn("The executions of the removed cron {} are left to the next retention: {}", cronId, e.toString());
        }
    }

    /**
     * Makes an execution that is due now, also while the cron is paused and whatever overlaps; its next fire stays.
     *
     * @return the execution's id; empty when the team has no such cron
     * @throws NothingToSendException when it waits for pings
     */
    public Optional<Long> run(long teamId, long cronId, Actor actor) throws SQLException {
        Optional<ExecutionWriter.Written> written = inTransaction(handle -> {
            Connection connection = handle.getConnection();
            Optional<DueCron> cron = crons.take(connection, teamId, cronId);
            if (cron.isEmpty()) {
                return Optional.empty();
            }
            if (cron.get().pings() != null) {
                throw new NothingToSendException();
            }
            audit.write(
                    handle,
                    AuditEntry.of(
                            teamId,
                            actor,
                            AuditAction.CRON_RUN,
                            Thing.cron(cronId, cron.get().name())));
            return Optional.of(executions.write(connection, List.of(ExecutionWriter.Planned.now(cron.get()))));
        });
        written.ifPresent(one -> {
            oneShots.committed(one.oneShots());
            made.add(ExecutionWriter.sentBy(one.oneShots()));
        });
        return written.map(one -> one.executions().get(0).id());
    }

    /** How many executions that are sent this has made because somebody asked for them. */
    long made() {
        return made.sum();
    }

    /** A missing queue is made in a transaction of its own, because others may be making it. */
    private <T> T inTransaction(Work<T> work) throws SQLException {
        for (int i = 1; ; i++) {
            try {
                return OnConflict.repeat(() -> KnownCommit.inTransaction(database, work::in));
            } catch (MissingQueueException e) {
                if (i == TRIES) {
                    throw new SQLException("the queue " + e.queue + " is deleted again and again", e);
                }
                database.useHandle(handle -> queues.makeMissing(handle.getConnection(), List.of(e.queue)));
            }
        }
    }

    private @Nullable Long holdQueue(Connection connection, long teamId, @Nullable String name) throws SQLException {
        if (name == null) {
            return null;
        }
        QueueName queue = new QueueName(teamId, name);
        return queues.hold(connection, queue).orElseThrow(() -> new MissingQueueException(queue));
    }

    private static Instant next(Timing timing, Instant after) {
        return timing.schedule().next(after);
    }
}
