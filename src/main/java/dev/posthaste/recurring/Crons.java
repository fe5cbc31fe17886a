package dev.posthaste.recurring;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.queues.QueueName;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.OnConflict;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Makes, changes and removes crons, each in one transaction that holds the cron's row, so that a change holds on every node
 * from its commit on. Thread-safe.
 */
public final class Crons {
    private static final int TRIES = 10;

    private final Jdbi database;
    private final CronDao crons;
    private final QueueDao queues;
    private final JobDao ids;
    private final RequestDao requests;
    private final Runnable changed;
    private final AuditLog audit = new AuditLog();

    /** @param changed told of each commit after which a cron may be due earlier than before */
    public Crons(Jdbi database, CronDao crons, QueueDao queues, JobDao ids, RequestDao requests, Runnable changed) {
        this.database = database;
        this.crons = crons;
        this.queues = queues;
        this.ids = ids;
        this.requests = requests;
        this.changed = changed;
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
     * The new cron, which first fires at its first time from now on. Its queue is made if there is none of that name.
     *
     * @throws UnreadableTimingException when it says when to fire in a way that this node cannot read
     */
    public Cron create(long teamId, CronSettings settings, Actor actor) throws SQLException {
        Cron created = inTransaction(handle -> {
            Connection connection = handle.getConnection();
            Long queueId = holdQueue(connection, teamId, settings.queue());
            long requestId = insert(connection, settings.request());
            Instant next = settings.isActive() ? next(settings.timing(), crons.now(connection)) : null;
            long id = crons.insert(connection, teamId, new CronDao.Kept(settings, requestId, queueId, next));
            audit.write(handle, AuditEntry.of(teamId, actor, AuditAction.CRON_CREATE, Thing.cron(id, settings.name())));
            return crons.find(connection, teamId, id).orElseThrow();
        });
        changed.run();
        return created;
    }

    /**
     * Changes a cron. When its times change, or it is resumed, it next fires at its first time from now on.
     *
     * @param change of the settings as they are then; whatever it throws leaves the cron as it was
     * @param action as which the audit tells of it, if it changes anything
     * @throws UnreadableTimingException when it is to fire at times that this node cannot tell
     * @return the cron as it is now; empty when the team has none with that id
     */
    public Optional<Cron> change(
            long teamId, long cronId, UnaryOperator<CronSettings> change, Actor actor, AuditAction action)
            throws SQLException {
        Optional<Cron> result = inTransaction(handle -> {
            Connection connection = handle.getConnection();
            if (!crons.lock(connection, teamId, cronId)) {
                return Optional.empty();
            }
            Cron before = crons.find(connection, teamId, cronId).orElseThrow();
            CronSettings after = change.apply(before.settings());
            List<String> fields = after.changedFrom(before.settings());
            if (fields.isEmpty()) {
                return Optional.of(before);
            }
            update(connection, teamId, before, after);
            audit.write(
                    handle,
                    AuditEntry.of(teamId, actor, action, Thing.cron(cronId, after.name()))
                            .changing(fields));
            return crons.find(connection, teamId, cronId);
        });
        changed.run();
        return result;
    }

    private void update(Connection connection, long teamId, Cron before, CronSettings after) throws SQLException {
        Long queueId = holdQueue(connection, teamId, after.queue());
        long requestId = before.requestId();
        if (!after.request().equals(before.settings().request())) {
            crons.replaced(connection, before.id(), requestId);
            requestId = insert(connection, after.request());
        }
        boolean isKept = after.timing().equals(before.settings().timing());
        Instant next = !after.isActive()
                ? null
                : isKept && before.nextFireAt() != null
                        ? before.nextFireAt()
                        : next(after.timing(), crons.now(connection));
        crons.update(connection, before.id(), new CronDao.Kept(after, requestId, queueId, next));
    }

    /**
     * Removes a cron: from the commit on it neither fires nor is anything of it sent, shown or recorded. Its rows go later.
     *
     * @return false when the team has no such cron
     */
    public boolean remove(long teamId, long cronId, Actor actor) throws SQLException {
        return inTransaction(handle -> {
            Connection connection = handle.getConnection();
            if (!crons.lock(connection, teamId, cronId)) {
                return false;
            }
            Cron cron = crons.find(connection, teamId, cronId).orElseThrow();
            crons.markRemoved(connection, cronId);
            audit.write(
                    handle,
                    AuditEntry.of(
                            teamId,
                            actor,
                            AuditAction.CRON_DELETE,
                            Thing.cron(cronId, cron.settings().name())));
            return true;
        });
    }

    /** A missing queue is made in a transaction of its own, because others may be making it. */
    private <T> T inTransaction(Work<T> work) throws SQLException {
        for (int i = 1; ; i++) {
            try {
                return OnConflict.repeat(() -> database.inTransaction(work::in));
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

    private long insert(Connection connection, TargetRequest request) throws SQLException {
        long id = ids.reserve(connection, 0, 1).requestIds().get(0);
        BoundStatement.executeAll(connection, requests.insertions(List.of(new RequestDao.Numbered(id, request))));
        return id;
    }

    private static Instant next(Timing timing, Instant after) {
        return timing.schedule().next(after);
    }
}
