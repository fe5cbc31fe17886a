package dev.posthaste.quartz;

import dev.posthaste.oneshots.Firing;
import dev.posthaste.oneshots.Firings;
import dev.posthaste.oneshots.InheritedPath;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.quartz.JobDetail;
import org.quartz.JobPersistenceException;
import org.quartz.SchedulerConfigException;
import org.quartz.SchedulerException;
import org.quartz.Trigger.CompletedExecutionInstruction;
import org.quartz.impl.jdbcjobstore.SchedulerStateRecord;
import org.quartz.spi.ClassLoadHelper;
import org.quartz.spi.OperableTrigger;
import org.quartz.spi.SchedulerSignaler;
import org.quartz.spi.TriggerFiredBundle;
import org.quartz.spi.TriggerFiredResult;

/**
 * The store of a node: beside what Quartz's API schedules, it has one-shots fired by a path of their own, {@link Firings},
 * which takes no cluster-wide lock. That is safe because every one-shot's job requests recovery. Thread-safe.
 */
@SuppressWarnings({"unchecked", "JavaUtilDate"}) // JobStoreTX overrides a generic method without its type parameter
final class OneShotJobStore extends PostgresJobStore {
    private final Firings firings;
    private final StandBy standBy = new StandBy();
    private final Map<String, JobDetail> details = new ConcurrentHashMap<>();
    private volatile @Nullable SchedulerSignaler signaler;
    private volatile ClaimObserver observer = (oneShots, nanos) -> {};

    /** By this machine's clock, 0 for never. */
    private volatile long lastClaim;

    OneShotJobStore(Firings firings) {
        this.firings = firings;
    }

    @Override
    public void initialize(ClassLoadHelper loader, SchedulerSignaler schedulerSignaler)
            throws SchedulerConfigException {
        signaler = schedulerSignaler;
        super.initialize(loader, schedulerSignaler);
    }

    void observe(ClaimObserver now) {
        observer = now;
    }

    /** Whether anything is claimed, and whether that is going on. */
    StandBy standBy() {
        return standBy;
    }

    /** In milliseconds since 1970, by this machine's clock; 0 for never. */
    long lastClaim() {
        return lastClaim;
    }

    /** The durable job detail of a kind, which its firings are handed out with. */
    void useDetail(String kind, JobDetail detail) {
        details.put(kind, detail);
    }

    // ---- the scheduler thread's calls

    @Override
    public List<OperableTrigger> acquireNextTriggers(long noLaterThan, int maxCount, long timeWindow)
            throws JobPersistenceException {
        if (!standBy.begin()) {
            return List.of();
        }
        try {
            List<OperableTrigger> acquired = acquire(noLaterThan, maxCount, timeWindow);
            if (!standBy.isOn()) {
                return acquired;
            }
            releaseAll(acquired);
            return List.of();
        } finally {
            standBy.settled();
        }
    }

    private List<OperableTrigger> acquire(long noLaterThan, int maxCount, long timeWindow)
            throws JobPersistenceException {
        List<OperableTrigger> triggers = new ArrayList<>();
        for (Firing firing : claim(maxCount)) {
            triggers.add(new OneShotTrigger(firing, due(firing)));
        }
        return triggers.isEmpty() && firings.isInheritedDue(noLaterThan)
                ? super.acquireNextTriggers(noLaterThan, maxCount, timeWindow)
                : triggers;
    }

    /** One-shots in one transaction: there may be hundreds. */
    private void releaseAll(List<OperableTrigger> acquired) {
        List<Firing> oneShots = new ArrayList<>();
        for (OperableTrigger trigger : acquired) {
            if (trigger instanceof OneShotTrigger oneShot) {
                oneShots.add(oneShot.firing());
            } else {
                super.releaseAcquiredTrigger(trigger);
            }
        }
        firings.release(oneShots);
    }

    private List<Firing> claim(int max) throws JobPersistenceException {
        long began = System.nanoTime();
        try {
            List<Firing> claimed = firings.claim(max);
            if (!claimed.isEmpty()) {
                lastClaim = System.currentTimeMillis();
                observer.claimed(claimed.size(), System.nanoTime() - began);
            }
            return claimed;
        } catch (SQLException e) {
            throw new JobPersistenceException("The one-shots' tables could not be used: " + e.getMessage(), e);
        }
    }

    private Date due(Firing firing) {
        return new Date(firings.nodeTimeOfDue(firing));
    }

    @Override
    public List<TriggerFiredResult> triggersFired(List<OperableTrigger> triggers) throws JobPersistenceException {
        if (triggers.isEmpty() || !(triggers.get(0) instanceof OneShotTrigger)) {
            return super.triggersFired(triggers);
        }
        List<TriggerFiredResult> results = new ArrayList<>(triggers.size());
        for (OperableTrigger trigger : triggers) {
            results.add(new TriggerFiredResult(bundle((OneShotTrigger) trigger)));
        }
        return results;
    }

    private TriggerFiredBundle bundle(OneShotTrigger trigger) {
        JobDetail detail = details.get(trigger.firing().shot().kind());
        trigger.triggered(null);
        return new TriggerFiredBundle(detail, trigger, null, false, new Date(), due(trigger.firing()), null, null);
    }

    @Override
    public void releaseAcquiredTrigger(OperableTrigger trigger) {
        if (trigger instanceof OneShotTrigger oneShot) {
            firings.release(List.of(oneShot.firing()));
        } else {
            super.releaseAcquiredTrigger(trigger);
        }
    }

    @Override
    public void triggeredJobComplete(
            OperableTrigger trigger, JobDetail detail, CompletedExecutionInstruction instruction) {
        if (!(trigger instanceof OneShotTrigger oneShot)) {
            super.triggeredJobComplete(trigger, detail, instruction);
        } else if (instruction == CompletedExecutionInstruction.SET_ALL_JOB_TRIGGERS_ERROR) {
            // So Quartz says it of what its thread pool does not take.
            firings.foundNoThread(oneShot.firing());
        } else {
            firings.ended(oneShot.firing());
        }
    }

    // ---- the cluster

    /** Checks in before anything is claimed. */
    @Override
    public void schedulerStarted() throws SchedulerException {
        firings.join(this::signalNow, new Inherited());
        super.schedulerStarted();
    }

    /** Quartz's own thread for this goes by a clock that people set; a node's firings check in by themselves. */
    @Override
    protected boolean doCheckin() {
        lastCheckin = System.currentTimeMillis();
        return false;
    }

    private void signalNow() {
        SchedulerSignaler current = signaler;
        if (current != null) {
            current.signalSchedulingChange(0);
        }
    }

    /** What is scheduled through Quartz's API. */
    private final class Inherited implements InheritedPath {
        @Override
        public long nextDue(Connection connection) throws SQLException {
            return recurring().nextDue(connection);
        }

        @Override
        public void recover(Connection connection, List<String> dead) throws SQLException {
            waitForTriggerAccess(connection);
            List<SchedulerStateRecord> records = new ArrayList<>();
            for (String name : dead) {
                SchedulerStateRecord one = new SchedulerStateRecord();
                one.setSchedulerInstanceId(name);
                records.add(one);
            }
            try {
                boolean locked = getLockHandler().obtainLock(connection, LOCK_TRIGGER_ACCESS);
                try {
                    clusterRecover(connection, records);
                } finally {
                    releaseLock(LOCK_TRIGGER_ACCESS, locked);
                }
            } catch (JobPersistenceException e) {
                throw new SQLException(e.getMessage(), e);
            }
        }

        /** Quartz's own way sleeps and tries again, twice, in a transaction that has failed. */
        private void waitForTriggerAccess(Connection connection) throws SQLException {
            String sql = "select 1 from qrtz_locks where sched_name = ? and lock_name = ? for update";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, getInstanceName());
                statement.setString(2, LOCK_TRIGGER_ACCESS);
                statement.execute();
            }
        }

        private RecurringTriggerDelegate recurring() throws SQLException {
            try {
                return (RecurringTriggerDelegate) getDelegate();
            } catch (JobPersistenceException e) {
                throw new SQLException(e.getMessage(), e);
            }
        }
    }
}
