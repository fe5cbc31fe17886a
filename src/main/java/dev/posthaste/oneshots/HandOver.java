package dev.posthaste.oneshots;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands a claimed firing to the port of its kind: once, at its due instant, while the lease holds under which it was claimed
 * and the node is not stopping. Thread-safe.
 */
public final class HandOver {
    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);

    /** What is due later than this waits in the database: it was claimed by a clock that has been set back since. */
    static final long MAX_WAIT_MS = 1_000;

    private final Map<String, FiringPort> ports;
    private final DatabaseClock clock;
    private final Membership membership;
    private final Held held;
    private final Trace trace;
    private final SeldomSaid refused = new SeldomSaid();
    private final Semaphore never = new Semaphore(0);

    HandOver(Map<String, FiringPort> ports, DatabaseClock clock, Membership membership, Held held, Trace trace) {
        this.ports = Map.copyOf(ports);
        this.clock = clock;
        this.membership = membership;
        this.held = held;
        this.trace = trace;
    }

    /** Begins a firing; what is returned completes when it has ended or could not be begun, and tells whether it has ended. */
    public CompletableFuture<?> begin(Firing firing) {
        FiredOneShot shot = firing.shot();
        if (firing.prepared() instanceof Unprepared unprepared) {
            LOG.error(
                    "{} cannot be prepared; it waits, and is tried again in {} s",
                    shot.key(),
                    TimeUnit.MILLISECONDS.toSeconds(unprepared.pauseMs()),
                    unprepared.cause());
            tell(shot, "not begun, what it needs could not be read");
            return CompletableFuture.completedFuture(false);
        }
        FiringPort port = ports.get(shot.kind());
        if (port == null || !membership.holdsLeaseOf(firing.term())) {
            sayRefused(shot);
            tell(shot, "not begun, this node has lost the lease under which it was claimed");
            return CompletableFuture.completedFuture(false);
        }
        if (!held.begin(shot)) {
            LOG.debug("{} is not begun: it has been given back, or this node is stopping", shot.key());
            tell(shot, "not begun, it has been given back or this node is stopping");
            return CompletableFuture.completedFuture(false);
        }
        return fire(port, firing).handle((ignored, failure) -> {
            if (failure == null) {
                firing.end();
            } else if (failure instanceof PutBackException putBack) {
                if (trace.follows(shot.key().group())) {
                    trace.say(shot, () -> "not made: " + putBack.getMessage());
                }
                if (putBack.isAtOnce()) {
                    firing.takeBack();
                } else {
                    firing.fireAgainSoon();
                }
            } else if (!(failure instanceof InterruptedException)) {
                LOG.error(
                        "The firing {} of {} failed; it is put back and fires again",
                        shot.entryId(),
                        shot.key(),
                        failure);
                if (trace.follows(shot.key().group())) {
                    trace.say(shot, () -> "failed, and fires again: " + failure);
                }
            }
            return firing.hasEnded();
        });
    }

    /** In how many milliseconds it is due; not positive when it is. */
    public long early(Firing firing) {
        return early(firing.shot());
    }

    private CompletableFuture<?> fire(FiringPort port, Firing firing) {
        try {
            awaitDue(firing.shot());
            firing.handOver();
            if (trace.follows(firing.shot().key().group())) {
                trace.say(firing.shot(), () -> "handed over, " + -early(firing) + " ms after its instant");
            }
            return port.fire(firing.shot(), firing.prepared(), () -> mustHoldLease(firing));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(e);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void mustHoldLease(Firing firing) {
        if (!membership.holdsLeaseOf(firing.term())) {
            sayRefused(firing.shot());
            tell(firing.shot(), "refused by the last look before it leaves");
            throw PutBackException.atOnce("The lease under which it was claimed has run out");
        }
    }

    private void tell(FiredOneShot shot, String what) {
        if (trace.follows(shot.key().group())) {
            trace.say(shot, () -> what);
        }
    }

    private void sayRefused(FiredOneShot shot) {
        refused.say(
                1,
                count -> LOG.info(
                        "{} claimed firings were not made since this was last said, among them {}: this node has lost the"
                                + " lease under which it claimed them, and others may make them",
                        count,
                        shot.key()));
    }

    /** A one-shot may be handed out a few milliseconds early; it must not leave before its due instant. */
    private void awaitDue(FiredOneShot shot) throws InterruptedException {
        for (long early = early(shot); early > 0; early = early(shot)) {
            if (early > MAX_WAIT_MS) {
                LOG.info(
                        "{} is put back: the database's clock was set back, and by it the firing is due in {} s",
                        shot.key(),
                        TimeUnit.MILLISECONDS.toSeconds(early));
                throw new PutBackException("The database's clock was set back");
            }
            never.tryAcquire(early, TimeUnit.MILLISECONDS);
        }
    }

    private long early(FiredOneShot shot) {
        return shot.due().toEpochMilli() - clock.millis();
    }
}
