package dev.posthaste.quartz;

import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only Quartz job: waits for the due instant and hands the firing to the port of its kind. Thread-safe. */
final class FiringJob implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(FiringJob.class);

    private final Map<String, FiringPort> ports;
    private final DatabaseClock clock;
    private final Membership membership;
    private final Begun begun;
    private final Semaphore never = new Semaphore(0);

    FiringJob(Map<String, FiringPort> ports, DatabaseClock clock, Membership membership, Begun begun) {
        this.ports = Map.copyOf(ports);
        this.clock = clock;
        this.membership = membership;
        this.begun = begun;
    }

    @Override
    public void execute(JobExecutionContext context) throws JobExecutionException {
        OneShotTrigger trigger = (OneShotTrigger) context.getTrigger();
        FiredOneShot firing = trigger.firing();
        FiringPort port = ports.get(firing.kind());
        if (port == null || !membership.holdsLease() || !begun.begin(firing)) {
            LOG.info("{} is not begun: this node is stopping or has lost its lease", firing.key());
            return;
        }
        try {
            awaitDue(firing);
            port.fire(firing, trigger.prepared());
            trigger.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("The firing {} of {} failed; it is put back and fires again", firing.entryId(), firing.key(), e);
        } finally {
            begun.end(firing);
        }
    }

    /** A one-shot is handed out a few milliseconds early; it must not leave before its due instant. */
    private void awaitDue(FiredOneShot firing) throws InterruptedException {
        for (long early = early(firing); early > 0; early = early(firing)) {
            never.tryAcquire(early, TimeUnit.MILLISECONDS);
        }
    }

    private long early(FiredOneShot firing) {
        return firing.due().toEpochMilli() - clock.millis();
    }
}
