package dev.posthaste.quartz;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of a node: beside what Quartz's API schedules, it fires one-shots by a path of their own, claimed and recorded
 * as fired by one statement with SKIP LOCKED, without the cluster-wide lock. That is safe because every one-shot's job
 * requests recovery. Thread-safe.
 */
@SuppressWarnings({"unchecked", "JavaUtilDate"}) // JobStoreTX overrides a generic method without its type parameter
final class OneShotJobStore extends PostgresJobStore implements OneShots {
    private static final Logger LOG = LoggerFactory.getLogger(OneShotJobStore.class);

    /** A claim is made this long before the first that it is for is due: so long one may take on a busy machine. */
    private static final long SOON_MS = 10;

    /** Nothing is claimed earlier than this before it is due. More than {@link #SOON_MS}, so that one claim takes many. */
    private static final long AHEAD_MS = 20;

    /** Within this time a node learns of what another has stored. */
    private static final long LOOK_AGAIN_MS = 250;

    /** How long a firing waits that failed to record its outcome. */
    private static final long PUT_BACK_MS = 5_000;

    /** How long one waits that could not be made, for want of a thread too: long enough not to spin. */
    private static final long PUT_BACK_SOON_MS = 1_000;

    private static final long STEP_MS = 250;

    private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(1);

    private final OneShotTable table;
    private final FiredTable fired;
    private final GateTable gates;
    private final Returns returns;
    private final Dispatcher dispatcher;
    private final Discovery discovery;
    private final Membership membership;
    private final Reconciliation reconciliation;
    private final CheckIns checkIns;
    private final DatabaseClock clock;
    private final FiringPorts ports = new FiringPorts();
    private final Preparation preparation = new Preparation(ports);
    private final Held held;
    private final Map<String, JobDetail> details = new ConcurrentHashMap<>();
    private volatile @Nullable SchedulerSignaler signaler;
    /** By the last look; none is known of before the first, so that nobody waits for Quartz's lock for nothing. */
    private volatile long recurringDue = Long.MAX_VALUE;

    private final Alarm alarm;

    OneShotJobStore(
            String schedulerName,
            String instance,
            Membership membership,
            DatabaseClock clock,
            DataSource ofCheckIns,
            Map<String, Capacity> capacities,
            Duration checkIn,
            boolean soleNode,
            Slots slots,
            WatchedThreads threads) {
        this.alarm = new Alarm(this::signalNow, threads);
        this.table = new OneShotTable(schedulerName);
        this.fired = new FiredTable(schedulerName);
        this.gates = new GateTable(schedulerName);
        this.held = new Held(capacities);
        this.dispatcher = new Dispatcher(schedulerName, instance, held);
        this.discovery = new Discovery(this::discover, threads);
        this.membership = membership;
        this.clock = clock;
        ShortWaits shortWaits = new ShortWaits(new PooledTransactions(ofCheckIns), patience(checkIn));
        this.returns = new Returns(
                fired,
                gates,
                held,
                clock,
                new ShortWaits(this::inTransaction, patience(checkIn)),
                shortWaits,
                checkIn,
                this::haveRoomAgain);
        this.reconciliation =
                new Reconciliation(instance, fired, held, dispatcher, slots, clock, shortWaits, returns::adopt);
        TakeOver takeOver = new TakeOver(
                membership,
                new Recovery(table, fired, gates, ports),
                this::recoverInherited,
                shortWaits,
                soleNode,
                discovery::soon);
        CheckIn round = new CheckIn(checkIn, membership, clock, returns, reconciliation, gates, takeOver, shortWaits);
        this.checkIns = new CheckIns(checkIn, round, threads);
    }

    /** What keeps this node alive waits for no lock long, however often it checks in. */
    private static Duration patience(Duration checkIn) {
        Duration half = checkIn.dividedBy(2);
        return half.compareTo(LONGEST_PATIENCE) < 0 ? half : LONGEST_PATIENCE;
    }

    @Override
    public void initialize(ClassLoadHelper loader, SchedulerSignaler schedulerSignaler)
            throws SchedulerConfigException {
        signaler = schedulerSignaler;
        super.initialize(loader, schedulerSignaler);
    }

    /** What firings of each kind are handed to. */
    void firesThrough(Map<String, FiringPort> firings) {
        ports.add(firings);
    }

    /** The durable job detail of a kind, which its firings are handed out with. */
    void useDetail(String kind, JobDetail detail) {
        details.put(kind, detail);
    }

    // ---- the seam: one-shots in the caller's transaction

    @Override
    public OneShotInsertion insertion(List<OneShot> oneShots) {
        return table.insertion(oneShots);
    }

    @Override
    public void committed(Collection<OneShot> oneShots) {
        dispatcher.announce(oneShots);
        oneShots.stream()
                .mapToLong(shot -> shot.due().toEpochMilli())
                .min()
                .ifPresent(due -> alarm.within(due - SOON_MS - clock.millis()));
    }

    @Override
    public Set<FiredOneShot> complete(Connection connection, Collection<FiredOneShot> firings) throws SQLException {
        FiredTable.Ended ended = fired.complete(connection, firings);
        gates.giveBack(connection, ended.gated());
        return ended.owned();
    }

    @Override
    public Set<FiredOneShot> owned(Connection connection, Collection<FiredOneShot> firings) throws SQLException {
        return fired.owned(connection, firings);
    }

    @Override
    public void setGate(Connection connection, String group, Gate gate) throws SQLException {
        gates.set(connection, group, gate);
    }

    @Override
    public void removeGate(Connection connection, String group) throws SQLException {
        gates.remove(connection, group);
    }

    @Override
    public void gateCommitted(String group) {
        dispatcher.gateChanged(group);
        discovery.soon();
    }

    @Override
    public Set<OneShotKey> remove(Connection connection, Collection<OneShotKey> keys) throws SQLException {
        return table.delete(connection, keys);
    }

    @Override
    public Set<OneShotKey> removeWaiting(Connection connection, String group, int most) throws SQLException {
        return table.deleteWaiting(connection, group, most);
    }

    @Override
    public boolean hold(Connection connection, OneShotKey key) throws SQLException {
        return table.hold(connection, key);
    }

    @Override
    public boolean reschedule(Connection connection, OneShot moved) throws SQLException {
        return table.reschedule(connection, moved.key(), moved.due(), moved.priority(), moved.weight());
    }

    @Override
    public Set<OneShotKey> inFlight(Connection connection, Collection<OneShotKey> keys) throws SQLException {
        return fired.executing(connection, keys);
    }

    @Override
    public Set<OneShotKey> inFlight(Connection connection, String kind) throws SQLException {
        return fired.executing(connection, kind);
    }

    @Override
    public boolean hasAny(Connection connection, String group) throws SQLException {
        return table.hasAny(connection, group);
    }

    // ---- the scheduler thread's calls

    @Override
    public List<OperableTrigger> acquireNextTriggers(long noLaterThan, int maxCount, long timeWindow)
            throws JobPersistenceException {
        long term = membership.term();
        if (!membership.holdsLeaseOf(term)) {
            alarm.within(LOOK_AGAIN_MS);
            return new ArrayList<>();
        }
        List<OperableTrigger> claimed = claim(maxCount, term);
        if (!claimed.isEmpty()) {
            return claimed;
        }
        long soon = clock.millis() + SOON_MS;
        // While outcomes cannot be recorded nothing is claimed, whatever is due.
        long next = ports.areHeldUp() ? LOOK_AGAIN_MS : dispatcher.next(soon) - soon;
        alarm.within(Math.max(1, Math.min(next, LOOK_AGAIN_MS)));
        return recurringDue > noLaterThan
                ? new ArrayList<>()
                : super.acquireNextTriggers(noLaterThan, maxCount, timeWindow);
    }

    /** Between the commit and {@link Held#claimed} nothing can fail, and whoever compares the two waits for both. */
    private List<OperableTrigger> claim(int most, long term) throws JobPersistenceException {
        long now = clock.millis();
        long soon = now + SOON_MS;
        if (ports.areHeldUp() || dispatcher.next(soon) > soon) {
            return new ArrayList<>();
        }
        try {
            List<FiredOneShot> claimed = new ArrayList<>();
            List<OperableTrigger> triggers = inTransaction(connection -> {
                long asked = clock.steadyMs();
                List<FiredOneShot> firings = dispatcher.claim(connection, soon, now + AHEAD_MS, most);
                claimed.addAll(firings);
                // Each claim tells what the database's clock shows: one that was set is noticed before anything leaves
                // early.
                firings.stream()
                        .findAny()
                        .ifPresent(one -> clock.check(one.firedAt().toEpochMilli(), asked, clock.steadyMs()));
                return triggers(firings, preparation.of(connection, firings), term);
            });
            held.claimed(claimed);
            return triggers;
        } catch (Error e) {
            // Undone, like any other failure; thrown on, it would end Quartz's thread, and nothing would be claimed any
            // more.
            throw new JobPersistenceException("A claim failed and was undone: " + e, e);
        } finally {
            dispatcher.settled();
        }
    }

    private List<OperableTrigger> triggers(List<FiredOneShot> firings, Map<OneShotKey, Object> prepared, long term) {
        List<OperableTrigger> triggers = new ArrayList<>(firings.size());
        for (FiredOneShot firing : firings) {
            triggers.add(new OneShotTrigger(firing, prepared.get(firing.key()), term, nodeTime(firing)));
        }
        return triggers;
    }

    private Date nodeTime(FiredOneShot firing) {
        return new Date(clock.toNodeTime(firing.due().toEpochMilli()));
    }

    /** Looks for what others have stored, and for what is on the inherited path. */
    private void discover() throws JobPersistenceException {
        if (!membership.holdsLease()) {
            return;
        }
        recurringDue = inTransaction(connection -> {
            dispatcher.discover(connection);
            return recurring().nextDue(connection);
        });
        long soon = clock.millis() + SOON_MS;
        if (Math.min(dispatcher.next(soon), recurringDue) <= soon) {
            signalNow();
        }
    }

    /** Begins to look for work. */
    void startDiscovery() {
        discovery.start();
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
        JobDetail detail = details.get(trigger.firing().kind());
        trigger.triggered(null);
        return new TriggerFiredBundle(detail, trigger, null, false, new Date(), nodeTime(trigger.firing()), null, null);
    }

    @Override
    public void releaseAcquiredTrigger(OperableTrigger trigger) {
        if (trigger instanceof OneShotTrigger oneShot) {
            returns.putBack(List.of(oneShot.firing()), Return.AT_ONCE);
        } else {
            super.releaseAcquiredTrigger(trigger);
        }
    }

    @Override
    public void triggeredJobComplete(
            OperableTrigger trigger, JobDetail detail, CompletedExecutionInstruction instruction) {
        if (!(trigger instanceof OneShotTrigger oneShot)) {
            super.triggeredJobComplete(trigger, detail, instruction);
        } else if (oneShot.hasEnded()) {
            held.gone(oneShot.firing());
            haveRoomAgain(List.of(oneShot.firing()));
        } else {
            boolean isWithoutThread = instruction == CompletedExecutionInstruction.SET_ALL_JOB_TRIGGERS_ERROR;
            returns.putBack(List.of(oneShot.firing()), back(oneShot, isWithoutThread));
        }
    }

    private Return back(OneShotTrigger oneShot, boolean isWithoutThread) {
        if (oneShot.prepared() instanceof Unprepared unprepared) {
            return new Return(clock.millis() + unprepared.pauseMs(), true);
        }
        if (!oneShot.wasHandedOver() && !isWithoutThread) {
            // This node is stopping or has lost its lease, which is no reason for others to wait.
            return Return.AT_ONCE;
        }
        long pause = isWithoutThread || oneShot.firesAgainSoon() ? PUT_BACK_SOON_MS : PUT_BACK_MS;
        // In steps, so that those that are put back at about the same time go together.
        long notBefore = (clock.millis() + pause) / STEP_MS * STEP_MS + STEP_MS;
        return new Return(notBefore, oneShot.isUnsent());
    }

    /** What this node has claimed and what has become of it. */
    Held held() {
        return held;
    }

    /** How many firings were lost on the way to their threads. */
    long lost() {
        return reconciliation.lost();
    }

    /** Gives back what was claimed and has not begun. */
    void putBackNotBegun() {
        List<FiredOneShot> notBegun = held.notBegun();
        if (!notBegun.isEmpty()) {
            LOG.info("{} claimed firings had not begun and are given back", notBegun.size());
        }
        returns.putBackNow(notBegun, Return.AT_ONCE);
    }

    private void haveRoomAgain(Collection<FiredOneShot> firings) {
        boolean someWait = false;
        for (FiredOneShot firing : firings) {
            someWait |= dispatcher.hasRoomAgain(firing);
        }
        if (someWait) {
            signalNow();
        }
    }

    // ---- the cluster

    /** Checks in before anything is claimed. */
    @Override
    public void schedulerStarted() throws SchedulerException {
        checkIns.start();
        super.schedulerStarted();
    }

    /** Quartz's own thread for this goes by a clock that people set; see {@link CheckIns}. */
    @Override
    protected boolean doCheckin() {
        lastCheckin = System.currentTimeMillis();
        return false;
    }

    private void recoverInherited(Connection connection, List<String> dead)
            throws SQLException, JobPersistenceException {
        waitForTriggerAccess(connection);
        List<SchedulerStateRecord> records = new ArrayList<>();
        for (String name : dead) {
            SchedulerStateRecord one = new SchedulerStateRecord();
            one.setSchedulerInstanceId(name);
            records.add(one);
        }
        boolean locked = getLockHandler().obtainLock(connection, LOCK_TRIGGER_ACCESS);
        try {
            clusterRecover(connection, records);
        } finally {
            releaseLock(LOCK_TRIGGER_ACCESS, locked);
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

    /** Takes this node out of the cluster; nothing may fire any more. */
    void leave() {
        checkIns.close();
        discovery.close();
        alarm.close();
        try {
            inTransaction(connection -> {
                membership.leave(connection);
                return true;
            });
        } catch (JobPersistenceException e) {
            LOG.warn("This node could not sign off ({}); others notice when its lease runs out", e.getMessage());
        }
    }

    private <T> T inTransaction(Transactions.Work<T> work) throws JobPersistenceException {
        Connection connection = getConnection();
        try {
            T result = work.in(connection);
            commitConnection(connection);
            return result;
        } catch (SQLException e) {
            throw new JobPersistenceException("The one-shots' tables could not be used: " + e.getMessage(), e);
        } finally {
            // Rolls back whatever was not committed, whatever was thrown.
            cleanupConnection(connection);
        }
    }

    private RecurringTriggerDelegate recurring() throws JobPersistenceException {
        return (RecurringTriggerDelegate) getDelegate();
    }

    private void signalNow() {
        SchedulerSignaler current = signaler;
        if (current != null) {
            current.signalSchedulingChange(0);
        }
    }
}
