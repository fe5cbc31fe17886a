package dev.posthaste.oneshots;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Claims what is due, a little before it is, and knows when to look again: by what this node has stored, and by what it
 * discovers of others'. The scheduler's thread claims; all else may come from any.
 */
final class Claiming implements OneShots.Listener {
    /** A claim is made this long before the first that it is for is due: so long one may take on a busy machine. */
    private static final long SOON_MS = 10;

    /** Nothing is claimed earlier than this before it is due. More than {@link #SOON_MS}, so that one claim takes many. */
    private static final long AHEAD_MS = 20;

    /** After this time a node that has nothing to claim looks again. */
    private static final long LOOK_AGAIN_MS = 250;

    private final String instance;
    private final OneShotClaim claims;
    private final GateTable gates;
    private final FiringPorts ports;
    private final DatabaseClock clock;
    private final Transactions transactions;
    private final Held held;
    private final Lease lease;
    private final Dispatcher dispatcher;
    private final Preparation preparation;
    private final Discovery discovery;
    private final Alarm alarm;
    private final Trace trace;
    private volatile Runnable wake = () -> {};
    private volatile InheritedPath inherited = InheritedPath.NONE;

    /** By the last look; none is known of before the first, so that nobody waits for the inherited path for nothing. */
    private volatile long inheritedDue = Long.MAX_VALUE;

    Claiming(
            String instance,
            OneShotClaim claims,
            GateTable gates,
            FiringPorts ports,
            DatabaseClock clock,
            Transactions transactions,
            Held held,
            Lease lease,
            Dispatcher dispatcher,
            WatchedThreads watched,
            Trace trace) {
        this.instance = instance;
        this.claims = claims;
        this.gates = gates;
        this.ports = ports;
        this.clock = clock;
        this.transactions = transactions;
        this.held = held;
        this.lease = lease;
        this.dispatcher = dispatcher;
        this.preparation = new Preparation(ports, lease::nanoTime);
        this.discovery = new Discovery(this::discover, watched);
        this.alarm = new Alarm(() -> wake.run(), new TimerThread("posthaste-alarm", watched));
        this.trace = trace;
    }

    /** From now on the scheduler's thread is woken for what is due. */
    void wakes(Runnable schedulersThread, InheritedPath beside) {
        wake = schedulersThread;
        inherited = beside;
    }

    /** Begins to look for what other nodes have stored. */
    void startDiscovery() {
        discovery.start();
    }

    /** Looks for it now. */
    void discoverSoon() {
        discovery.soon();
    }

    /** Recovers what is on the inherited path of dead nodes. */
    void recoverInherited(Connection connection, List<String> dead) throws SQLException {
        inherited.recover(connection, dead);
    }

    /** As {@link Firings#claim} says. */
    List<Firing> claim(int max) throws SQLException {
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

    /** As {@link Firings#isInheritedDue} says. */
    boolean isInheritedDue(long by) {
        return inheritedDue <= by && lease.holds();
    }

    /** What was held is gone: what waited for its room may be claimed. */
    void haveRoomAgain(Collection<ClaimedOneShot> gone) {
        boolean someWait = false;
        for (ClaimedOneShot shot : gone) {
            someWait |= dispatcher.hasRoomAgain(shot);
        }
        if (someWait) {
            wake.run();
        }
    }

    void close() {
        discovery.close();
        alarm.close();
    }

    /** What this node has committed need not be looked for. */
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
}
