package dev.posthaste.quartz;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only Quartz job: waits for the due instant and hands the firing to the port of its kind. Thread-safe. */
final class FiringJob implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(FiringJob.class);

    /** What is due later than this waits in the database: it was claimed by a clock that has been set back since. */
    static final long LONGEST_WAIT_MS = 1_000;

    private final Map<String, FiringPort> ports;
    private final DatabaseClock clock;
    private final Membership membership;
    private final Held held;
    private final SeldomSaid refused = new SeldomSaid();
    private final Semaphore never = new Semaphore(0);

    FiringJob(Map<String, FiringPort> ports, DatabaseClock clock, Membership membership, Held held) {
        this.ports = Map.copyOf(ports);
        this.clock = clock;
        this.membership = membership;
        this.held = held;
    }

    /** As Quartz's own shell runs it: returns when the firing has ended. */
    @Override
    public void execute(JobExecutionContext context) {
        begin((OneShotTrigger) context.getTrigger()).join();
    }

    /** Begins a firing; what is returned completes, never exceptionally, when it has ended or could not be begun. */
    CompletableFuture<?> begin(OneShotTrigger trigger) {
        FiredOneShot firing = trigger.firing();
        if (trigger.prepared() instanceof Unprepared unprepared) {
            LOG.error(
                    "{} cannot be prepared; it waits, and is tried again in {} s",
                    firing.key(),
                    TimeUnit.MILLISECONDS.toSeconds(unprepared.pauseMs()),
                    unprepared.cause());
            return CompletableFuture.completedFuture(false);
        }
        FiringPort port = ports.get(firing.kind());
        if (port == null || !membership.holdsLeaseOf(trigger.term())) {
            sayRefused(firing);
            return CompletableFuture.completedFuture(false);
        }
        if (!held.begin(firing)) {
            LOG.debug("{} is not begun: it has been given back, or this node is stopping", firing.key());
            return CompletableFuture.completedFuture(false);
        }
        return fire(port, trigger).handle((ignored, failure) -> {
            if (failure == null) {
                trigger.end();
            } else if (failure instanceof PutBackException putBack) {
                if (putBack.isAtOnce()) {
                    trigger.takeBack();
                } else {
                    trigger.fireAgainSoon();
                }
            } else if (!(failure instanceof InterruptedException)) {
                LOG.error(
                        "The firing {} of {} failed; it is put back and fires again",
                        firing.entryId(),
                        firing.key(),
                        failure);
            }
            return trigger.hasEnded();
        });
    }

    private CompletableFuture<?> fire(FiringPort port, OneShotTrigger trigger) {
        try {
            awaitDue(trigger.firing());
            trigger.handOver();
            return port.fire(trigger.firing(), trigger.prepared(), () -> mustHoldLease(trigger));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(e);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void mustHoldLease(OneShotTrigger trigger) {
        if (!membership.holdsLeaseOf(trigger.term())) {
            sayRefused(trigger.firing());
            throw PutBackException.atOnce("The lease under which it was claimed has run out");
        }
    }

    private void sayRefused(FiredOneShot firing) {
        refused.say(
                1,
                count -> LOG.info(
                        "{} claimed firings were not made since this was last said, among them {}: this node has lost the"
                                + " lease under which it claimed them, and others may make them",
                        count,
                        firing.key()));
    }

    /** A one-shot may be handed out a few milliseconds early; it must not leave before its due instant. */
    private void awaitDue(FiredOneShot firing) throws InterruptedException {
        for (long early = early(firing); early > 0; early = early(firing)) {
            if (early > LONGEST_WAIT_MS) {
                LOG.info(
                        "{} is put back: the database's clock was set back, and by it the firing is due in {} s",
                        firing.key(),
                        TimeUnit.MILLISECONDS.toSeconds(early));
                throw new PutBackException("The database's clock was set back");
            }
            never.tryAcquire(early, TimeUnit.MILLISECONDS);
        }
    }

    /** In how many milliseconds it is due. */
    long early(OneShotTrigger trigger) {
        return early(trigger.firing());
    }

    private long early(FiredOneShot firing) {
        return firing.due().toEpochMilli() - clock.millis();
    }
}
