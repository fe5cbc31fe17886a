package dev.posthaste.oneshots;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The firings of one node, from claim to end: claimed and recorded as fired by one statement with SKIP LOCKED, without a lock
 * over the cluster; handed over; given back; taken over from the dead. A scheduler's thread claims, and runs what it got
 * with {@link #slots}. Thread-safe.
 */
public final class Firings {
    private static final Logger LOG = LoggerFactory.getLogger(Firings.class);

    private static final Duration MIN_NETWORK_PATIENCE = Duration.ofSeconds(2);

    private static final Duration MAX_PATIENCE = Duration.ofSeconds(1);

    private final FiringPorts ports;
    private final DatabaseClock clock;
    private final Transactions transactions;
    private final Held held;
    private final Lease lease;
    private final Membership membership;
    private final WatchedThreads watched = new WatchedThreads();
    private final Slots slots;
    private final Claiming claiming;
    private final HandOver handOver;
    private final Endings endings;
    private final Returns returns;
    private final Reconciliation reconciliation;
    private final Presence presence;
    private final TakeOver takeOver;
    private final CheckIn checkIn;
    private final CheckIns checkIns;
    private final Trace trace;

    /**
     * Makes what a node needs; nothing runs yet.
     *
     * @param instance what its sessions are called by, too
     * @param database gives connections in autocommit mode
     * @param ofCheckIns one connection at least, that nobody else takes: for what goes with checking in
     * @param sessions opens the one that stands for this node
     * @param ports what one-shots of each kind set off
     * @param threads run the firings, as many at once as there are slots
     */
    public Firings(
            InstanceName instance,
            NodeSettings settings,
            OneShots oneShots,
            DataSource database,
            DataSource ofCheckIns,
            SessionSource sessions,
            DatabaseClock clock,
            Map<String, FiringPort> ports,
            FiringThreads threads) {
        String scheduler = oneShots.schedulerName();
        FiredTable fired = new FiredTable(scheduler);
        GateTable gates = new GateTable(scheduler);
        this.ports = new FiringPorts(ports);
        this.trace = oneShots.trace();
        this.clock = clock;
        this.transactions = new PooledTransactions(database, atLeastMin(settings.lease()));
        this.held = new Held(settings.capacities());
        this.lease = new Lease(settings.lease(), System::nanoTime, InstantSource.system());
        this.membership = new Membership(scheduler, instance.text(), lease, settings.patience());
        DueInstants due = new DueInstants(clock, new TimerThread("posthaste-due", watched));
        this.slots = new Slots(settings.allSlots(), threads, due);
        Dispatcher dispatcher = new Dispatcher(instance.text(), held, trace);
        this.claiming = new Claiming(
                instance.text(),
                new OneShotClaim(scheduler),
                gates,
                this.ports,
                clock,
                transactions,
                held,
                lease,
                dispatcher,
                watched,
                trace);
        this.handOver = new HandOver(ports, due, lease, held, trace);
        Duration patience = patience(settings.checkIn());
        ShortWaits shortWaits = shortWaits(ofCheckIns, settings.lease().dividedBy(2), patience);
        this.returns = new Returns(
                fired,
                gates,
                held,
                clock,
                new ShortWaits(transactions, patience),
                shortWaits,
                settings.checkIn(),
                claiming::haveRoomAgain,
                trace);
        this.endings = new Endings(held, returns, clock, claiming::haveRoomAgain, trace);
        this.reconciliation =
                new Reconciliation(instance.text(), fired, held, dispatcher, slots, clock, shortWaits, returns::adopt);
        this.takeOver = new TakeOver(
                membership,
                new Recovery(new OneShotTable(scheduler), fired, gates, this.ports, trace),
                claiming::recoverInherited,
                shortWaits,
                settings.soleNode(),
                claiming::discoverSoon);
        Duration ofLease = atLeastMin(settings.lease().dividedBy(4));
        this.presence = new Presence(
                sessions,
                instance.sessions(),
                ofLease,
                patience,
                shortWaits(ofCheckIns, ofLease, patience),
                membership::losePresence,
                System::nanoTime);
        this.checkIn = new CheckIn(
                settings.checkIn(), membership, clock, returns, reconciliation, gates, takeOver, presence, shortWaits);
        this.checkIns = new CheckIns(settings.checkIn(), checkIn, watched, System::nanoTime);
        oneShots.tell(claiming);
    }

    private static ShortWaits shortWaits(DataSource database, Duration ofNetwork, Duration ofLocks) {
        return new ShortWaits(new PooledTransactions(database, atLeastMin(ofNetwork)), ofLocks);
    }

    /** A busy machine answers late. */
    private static Duration atLeastMin(Duration ofNetwork) {
        return ofNetwork.compareTo(MIN_NETWORK_PATIENCE) < 0 ? MIN_NETWORK_PATIENCE : ofNetwork;
    }

    /** What keeps this node alive waits for no lock long, however often it checks in. */
    private static Duration patience(Duration checkIn) {
        Duration half = checkIn.dividedBy(2);
        return half.compareTo(MAX_PATIENCE) < 0 ? half : MAX_PATIENCE;
    }

    // ---- for the scheduler

    /**
     * Joins the cluster: checks in, on this thread first, and then again and again.
     *
     * @param wakes the scheduler's thread; called on any thread, and cheap
     * @param beside what the scheduler fires beside one-shots
     */
    public void join(Runnable wakes, InheritedPath beside) {
        claiming.wakes(wakes, beside);
        checkIns.start();
    }

    /** Begins to look for what other nodes have stored. */
    public void startDiscovery() {
        claiming.startDiscovery();
    }

    /**
     * Claims what is due, or will be within milliseconds; when there is nothing, has the scheduler woken when there is.
     *
     * @param max so many at most
     * @throws SQLException when the claim failed, whatever was thrown. It was undone, or its answer was lost, and what it
     *     took is given back by a check-in
     */
    public List<Firing> claim(int max) throws SQLException {
        return claiming.claim(max);
    }

    /** Whether something on the inherited path is due by that instant, in milliseconds since 1970, and may be fired. */
    public boolean isInheritedDue(long by) {
        return claiming.isInheritedDue(by);
    }

    /** Where claimed firings wait for their instants and their threads. */
    public Slots slots() {
        return slots;
    }

    /** Hands claimed firings over. */
    public HandOver handOver() {
        return handOver;
    }

    /** The threads that this node cannot live without. */
    public WatchedThreads watched() {
        return watched;
    }

    /** In this node's time. */
    public long nodeTimeOfDue(Firing firing) {
        return clock.toNodeTime(firing.shot().due().toEpochMilli());
    }

    /** Nobody will begin them: they wait again at once. */
    public void release(Collection<Firing> unbegun) {
        endings.release(unbegun);
    }

    /** It has ended, or could not be made: then it waits again. */
    public void ended(Firing firing) {
        endings.ended(firing);
    }

    /** There was no thread for it: it waits again for a while. */
    public void foundNoThread(Firing firing) {
        endings.foundNoThread(firing);
    }

    // ---- for the operator

    /** How many have begun and have not ended. */
    public int inFlight() {
        return held.begun();
    }

    /** Whether the cluster counts this node as alive; it fires nothing otherwise. */
    public boolean isMember() {
        return lease.holds();
    }

    /** How many were lost on the way to their threads, and given back, since the start; meant to be none. */
    public long lost() {
        return reconciliation.lost();
    }

    /** How many gates this node has found to have counted wrongly, and set right, since its start; meant to be none. */
    public long gatesMended() {
        return checkIn.gatesMended();
    }

    /** How many nodes this one has taken for dead since its start; one that has left is none of them. */
    public long takeOvers() {
        return takeOver.takeOvers();
    }

    /** Whether outcomes cannot be recorded just now, so that nothing further is claimed. */
    public boolean isHeldUp() {
        return ports.areHeldUp();
    }

    // ---- the end

    /** Nothing begins any more. */
    public void close() {
        held.close();
    }

    /** Gives back what was claimed and has not begun. */
    public void putBackNotBegun() {
        List<ClaimedOneShot> notBegun = held.notBegun();
        if (!notBegun.isEmpty()) {
            LOG.info("{} claimed firings had not begun and are given back", notBegun.size());
        }
        trace.sayOfEach(notBegun, "not begun, this node is stopping");
        returns.putBackNow(notBegun, Return.AT_ONCE);
    }

    /** Waits until all that have begun have ended, at most for {@code bound}; false when some have not. */
    public boolean awaitNoneInFlight(Duration bound) throws InterruptedException {
        return held.awaitNoneBegun(bound);
    }

    /** Takes this node out of the cluster; nothing may fire any more. */
    public void leave() {
        checkIns.close();
        claiming.close();
        try {
            transactions.run(connection -> {
                membership.leave(connection);
                return true;
            });
        } catch (SQLException e) {
            LOG.warn("This node could not sign off ({}); others notice when its lease runs out", e.getMessage());
        } finally {
            // Only now: others would look for who is alive and has none.
            presence.close();
        }
    }
}
