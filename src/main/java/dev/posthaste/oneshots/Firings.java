package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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

    /** A claim is made this long before the first that it is for is due: so long one may take on a busy machine. */
    private static final long SOON_MS = 10;

    /** Nothing is claimed earlier than this before it is due. More than {@link #SOON_MS}, so that one claim takes many. */
    private static final long AHEAD_MS = 20;

    /** After this time a node that has nothing to claim looks again. */
    private static final long LOOK_AGAIN_MS = 250;

    /** How long a firing waits that failed to record its outcome. */
    private static final long PUT_BACK_MS = 5_000;

    /** How long one waits that could not be made, for want of a thread too: long enough not to spin. */
    private static final long PUT_BACK_SOON_MS = 1_000;

    private static final long STEP_MS = 250;

    private static final Duration MIN_NETWORK_PATIENCE = Duration.ofSeconds(2);

    private static final Duration MAX_PATIENCE = Duration.ofSeconds(1);

    private final String instance;
    private final OneShotClaim claims;
    private final GateTable gates;
    private final FiringPorts ports;
    private final DatabaseClock clock;
    private final Transactions transactions;
    private final Held held;
    private final Lease lease;
    private final Membership membership;
    private final WatchedThreads watched = new WatchedThreads();
    private final Slots slots;
    private final Dispatcher dispatcher;
    private final Preparation preparation;
    private final HandOver handOver;
    private final Returns returns;
    private final Reconciliation reconciliation;
    private final Discovery discovery;
    private final CheckIns checkIns;
    private final Alarm alarm;
    private final Trace trace;
    private volatile Runnable wake = () -> {};
    private volatile InheritedPath inherited = InheritedPath.NONE;

    /** By the last look; none is known of before the first, so that nobody waits for the inherited path for nothing. */
    private volatile long inheritedDue = Long.MAX_VALUE;

    /**
     * Makes what a node needs; nothing runs yet.
     *
     * @param instance what its sessions are called by, too
     * @param database gives connections in autocommit mode
     * @param ofCheckIns one connection at least, that nobody else takes: without it this node could not say that it is alive
     * @param ports what one-shots of each kind set off
     * @param threads run the firings, as many at once as there are slots
     */
    public Firings(
            InstanceName instance,
            NodeSettings settings,
            OneShots oneShots,
            DataSource database,
            DataSource ofCheckIns,
            DatabaseClock clock,
            Map<String, FiringPort> ports,
            FiringThreads threads) {
        String scheduler = oneShots.schedulerName();
        FiredTable fired = new FiredTable(scheduler);
        this.claims = new OneShotClaim(scheduler);
        this.gates = new GateTable(scheduler);
        this.instance = instance.text();
        this.ports = new FiringPorts(ports);
        this.trace = oneShots.trace();
        this.clock = clock;
        this.transactions = new PooledTransactions(database, atLeastMin(settings.lease()));
        this.held = new Held(settings.capacities());
        this.lease = new Lease(settings.lease(), System::nanoTime, InstantSource.system());
        this.membership = new Membership(scheduler, instance.text(), lease);
        DueInstants due = new DueInstants(clock, new TimerThread("posthaste-due", watched));
        this.slots = new Slots(settings.allSlots(), threads, due);
        this.dispatcher = new Dispatcher(instance.text(), held, trace);
        this.preparation = new Preparation(this.ports);
        this.handOver = new HandOver(ports, due, lease, held, trace);
        this.discovery = new Discovery(this::discover, watched);
        this.alarm = new Alarm(() -> wake.run(), new TimerThread("posthaste-alarm", watched));
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
                this::haveRoomAgain,
                trace);
        this.reconciliation =
                new Reconciliation(instance.text(), fired, held, dispatcher, slots, clock, shortWaits, returns::adopt);
        TakeOver takeOver = new TakeOver(
                membership,
                new Recovery(new OneShotTable(scheduler), fired, gates, this.ports, trace),
                (connection, dead) -> inherited.recover(connection, dead),
                shortWaits,
                settings.soleNode(),
                discovery::soon);
        this.checkIns = new CheckIns(
                settings.checkIn(),
                new CheckIn(
                        settings.checkIn(),
                        membership,
                        clock,
                        returns,
                        reconciliation,
                        gates,
                        takeOver,
                        shortWaits(ofCheckIns, settings.lease().dividedBy(4), patience),
                        shortWaits),
                watched);
        oneShots.tell(new Announcements());
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
        wake = wakes;
        inherited = beside;
        checkIns.start();
    }

    /** Begins to look for what other nodes have stored. */
    public void startDiscovery() {
        discovery.start();
    }

    /**
     * Claims what is due, or will be within milliseconds; when there is nothing, has the scheduler woken when there is.
     *
     * @param max so many at most
     * @throws SQLException when the claim failed, whatever was thrown. It was undone, or its answer was lost, and what it
     *     took is given back by a check-in
     */
    public List<Firing> claim(int max) throws SQLException {
        long term = lease.term();
        if (!lease.holdsSince(term)) {
            alarm.within(LOOK_AGAIN_MS);
            return List.of();
        }
        List<Firing> claimed = claim(max, term);
        if (claimed.isEmpty()) {
            long soon = clock.millis() + SOON_MS;
            // While outcomes cannot be recorded nothing is claimed, whatever is due.
            long next = ports.areHeldUp() ? LOOK_AGAIN_MS : dispatcher.next(soon) - soon;
            alarm.within(Math.max(1, Math.min(next, LOOK_AGAIN_MS)));
        }
        return claimed;
    }

    /** Whether something on the inherited path is due by that instant, in milliseconds since 1970, and may be fired. */
    public boolean isInheritedDue(long by) {
        return inheritedDue <= by && lease.holds();
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

    /** Nobody will begin it: it waits again at once. */
    public void release(Firing firing) {
        if (trace.follows(firing.shot().key().group())) {
            trace.say(firing.shot(), () -> "not begun, there is no thread for it or this node is stopping");
        }
        returns.putBack(List.of(firing.shot()), Return.AT_ONCE);
    }

    /** It has ended, or could not be made: then it waits again. */
    public void ended(Firing firing) {
        if (firing.hasEnded()) {
            held.gone(firing.shot());
            haveRoomAgain(List.of(firing.shot()));
        } else {
            returns.putBack(List.of(firing.shot()), back(firing, false));
        }
    }

    /** There was no thread for it: it waits again for a while. */
    public void foundNoThread(Firing firing) {
        if (trace.follows(firing.shot().key().group())) {
            trace.say(firing.shot(), () -> "not begun, there is no thread for it");
        }
        returns.putBack(List.of(firing.shot()), back(firing, true));
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
        discovery.close();
        alarm.close();
        try {
            transactions.run(connection -> {
                membership.leave(connection);
                return true;
            });
        } catch (SQLException e) {
            LOG.warn("This node could not sign off ({}); others notice when its lease runs out", e.getMessage());
        }
    }

    /** What fails between the commit and {@link Held#claimed} is given back by {@link Reconciliation}, which waits for both. */
    private List<Firing> claim(int max, long term) throws SQLException {
        long now = clock.millis();
        long soon = now + SOON_MS;
        if (ports.areHeldUp() || dispatcher.next(soon) > soon) {
            return List.of();
        }
        try {
            List<ClaimedOneShot> claimed = new ArrayList<>();
            List<Firing> firings = transactions.run(connection -> {
                long asked = clock.steadyMs();
                claimed.addAll(dispatcher.claim(backlog(connection), soon, now + AHEAD_MS, max));
                // Each claim tells what the database's clock shows: one that was set back is noticed before what was
                // claimed by it leaves early.
                claimed.stream()
                        .findAny()
                        .ifPresent(one -> clock.check(one.firedAt().toEpochMilli(), asked, clock.steadyMs()));
                return firings(claimed, preparation.prepare(connection, claimed), term);
            });
            held.claimed(claimed);
            if (trace.isOn()) {
                tellOfClaim(claimed);
            }
            return firings;
        } catch (Error e) {
            // Undone, like any other failure; thrown on, it would end the scheduler's thread, and nothing would be
            // claimed any more.
            throw new SQLException("A claim failed and was undone: " + e, e);
        } finally {
            dispatcher.settled();
        }
    }

    private Backlog backlog(Connection connection) {
        return new StoredBacklog(connection, claims, gates, instance);
    }

    private void tellOfClaim(List<ClaimedOneShot> claimed) {
        for (ClaimedOneShot shot : claimed) {
            if (trace.follows(shot.key().group())) {
                trace.say(
                        shot,
                        () -> "claimed, place " + shot.place() + " of " + shot.of() + ", due at " + shot.due()
                                + ", weighs " + shot.weight() + " bytes");
            }
        }
    }

    /** Why nothing of the groups that are followed is claimed; in the order in which a claim would find out. */
    private void tellObstacles() {
        for (String group : trace.groups()) {
            if (!lease.holds()) {
                trace.sayOfGroup(group, "lease", "passed over, this node holds no lease");
            } else if (ports.areHeldUp()) {
                trace.sayOfGroup(group, "outcomes", "passed over, outcomes cannot be recorded just now");
            } else {
                dispatcher.tellObstacle(group, clock.millis() + SOON_MS);
            }
        }
    }

    private static List<Firing> firings(List<ClaimedOneShot> claimed, Map<OneShotKey, Object> prepared, long term) {
        List<Firing> firings = new ArrayList<>(claimed.size());
        for (ClaimedOneShot shot : claimed) {
            firings.add(new Firing(shot, prepared.get(shot.key()), term));
        }
        return firings;
    }

    private void discover() throws SQLException {
        try {
            look();
        } finally {
            if (trace.isOn()) {
                tellObstacles();
            }
        }
    }

    /** Looks for what others have stored, and for what is on the inherited path. */
    private void look() throws SQLException {
        if (!lease.holds()) {
            return;
        }
        inheritedDue = transactions.run(connection -> {
            dispatcher.discover(backlog(connection));
            return inherited.nextDue(connection);
        });
        long soon = clock.millis() + SOON_MS;
        if (Math.min(dispatcher.next(soon), inheritedDue) <= soon) {
            wake.run();
        }
    }

    private Return back(Firing firing, boolean isWithoutThread) {
        if (firing.prepared() instanceof Unprepared unprepared) {
            return new Return(clock.millis() + unprepared.pauseMs(), true);
        }
        if (!firing.wasHandedOver() && !isWithoutThread) {
            // This node is stopping or has lost its lease, which is no reason for others to wait.
            return Return.AT_ONCE;
        }
        long pause = isWithoutThread || firing.firesAgainSoon() ? PUT_BACK_SOON_MS : PUT_BACK_MS;
        // In steps, so that those that are put back at about the same time go together.
        long notBefore = (clock.millis() + pause) / STEP_MS * STEP_MS + STEP_MS;
        return new Return(notBefore, firing.isUnsent());
    }

    private void haveRoomAgain(Collection<ClaimedOneShot> gone) {
        boolean someWait = false;
        for (ClaimedOneShot shot : gone) {
            someWait |= dispatcher.hasRoomAgain(shot);
        }
        if (someWait) {
            wake.run();
        }
    }

    /** What this node has committed need not be looked for. */
    private final class Announcements implements OneShots.Listener {
        @Override
        public void stored(Collection<OneShot> oneShots) {
            if (trace.isOn()) {
                oneShots.forEach(this::tellThatItWaits);
            }
            dispatcher.announce(oneShots);
            oneShots.stream()
                    .mapToLong(shot -> shot.due().toEpochMilli())
                    .min()
                    .ifPresent(due -> alarm.within(due - SOON_MS - clock.millis()));
        }

        private void tellThatItWaits(OneShot shot) {
            if (trace.follows(shot.key().group())) {
                trace.say(
                        shot.key(),
                        () -> "waits, due at " + shot.due().truncatedTo(ChronoUnit.MILLIS) + ", priority "
                                + shot.priority());
            }
        }

        @Override
        public void gateChanged(String group) {
            dispatcher.gateChanged(group);
            discovery.soon();
        }
    }
}
