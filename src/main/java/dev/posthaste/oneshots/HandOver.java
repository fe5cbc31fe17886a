package dev.posthaste.oneshots;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands a claimed firing to the port of its kind: once, at its due instant, while the lease holds under which it was claimed
 * and the node is not stopping. Thread-safe.
 */
public final class HandOver {
    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);

    private final Map<String, FiringPort> ports;
    private final DueInstants due;
    private final Lease lease;
    private final Held held;
    private final Trace trace;
    private final SeldomSaid refused;

    HandOver(Map<String, FiringPort> ports, DueInstants due, Lease lease, Held held, Trace trace) {
        this.ports = Map.copyOf(ports);
        this.due = due;
        this.lease = lease;
        this.held = held;
        this.trace = trace;
        this.refused = new SeldomSaid(lease::nanoTime);
    }

    /** Begins a firing; what is returned completes when it has ended or could not be begun, and tells whether it has ended. */
    public CompletableFuture<?> begin(Firing firing) {
        ClaimedOneShot shot = firing.shot();
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
        if (port == null || !lease.holdsSince(firing.term())) {
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

    private CompletableFuture<?> fire(FiringPort port, Firing firing) {
        try {
            due.await(firing.shot());
            firing.handOver();
            if (trace.follows(firing.shot().key().group())) {
                trace.say(firing.shot(), () -> "handed over, " + -due.early(firing.shot()) + " ms after its instant");
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
        if (!lease.holdsSince(firing.term())) {
            sayRefused(firing.shot());
            tell(firing.shot(), "refused by the last look before it leaves");
            throw PutBackException.atOnce("The lease under which it was claimed has run out");
        }
    }

    private void tell(ClaimedOneShot shot, String what) {
        if (trace.follows(shot.key().group())) {
            trace.say(shot, () -> what);
        }
    }

    private void sayRefused(ClaimedOneShot shot) {
        refused.say(
                1,
                count -> LOG.info(
                        "{} claimed firings were not made since this was last said, among them {}: this node has lost the"
                                + " lease under which it claimed them, and others may make them",
                        count,
                        shot.key()));
    }
}
