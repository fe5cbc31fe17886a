package dev.posthaste.quartz;

import dev.posthaste.oneshots.ClaimedOneShot;
import dev.posthaste.oneshots.Firing;
import dev.posthaste.oneshots.Firings;
import dev.posthaste.oneshots.SlotTask;
import java.util.concurrent.CompletableFuture;
import org.quartz.ListenerManager;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.core.JobRunShell;
import org.quartz.core.JobRunShellFactory;
import org.quartz.impl.StdJobRunShellFactory;
import org.quartz.spi.TriggerFiredBundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs a firing. Quartz's own shell adds itself to the scheduler's listeners and removes itself again, under one
 * lock for all firings, and asks every list of listeners: with a thousand in flight, that is what the threads wait for.
 * One-shots nobody listens to are run without; everything else is run by Quartz's.
 */
final class OneShotShells implements JobRunShellFactory {
    private final Firings firings;
    private final JobRunShellFactory stock = new StdJobRunShellFactory();
    private final Scheduler scheduler;

    OneShotShells(Firings firings, Scheduler scheduler) throws SchedulerException {
        this.firings = firings;
        this.scheduler = scheduler;
        stock.initialize(scheduler);
    }

    /** Has been done by the constructor, with the same scheduler. */
    @Override
    public void initialize(Scheduler ignored) {}

    @Override
    public JobRunShell createJobRunShell(TriggerFiredBundle bundle) throws SchedulerException {
        return bundle.getTrigger() instanceof OneShotTrigger && !isListenedTo()
                ? new OneShotShell(scheduler, firings, bundle)
                : stock.createJobRunShell(bundle);
    }

    private boolean isListenedTo() throws SchedulerException {
        ListenerManager listeners = scheduler.getListenerManager();
        return !listeners.getJobListeners().isEmpty()
                || !listeners.getTriggerListeners().isEmpty()
                || !listeners.getSchedulerListeners().isEmpty();
    }

    private static final class OneShotShell extends JobRunShell implements SlotTask {
        private static final Logger LOG = LoggerFactory.getLogger(OneShotShell.class);

        private final Firings firings;

        OneShotShell(Scheduler scheduler, Firings firings, TriggerFiredBundle bundle) {
            super(scheduler, bundle);
            this.firings = firings;
        }

        @Override
        public ClaimedOneShot firing() {
            return claimed().shot();
        }

        @Override
        public void run() {
            run(() -> {});
        }

        @Override
        public void run(Runnable ended) {
            Firing firing = claimed();
            CompletableFuture<?> unused = begin(firing).whenComplete((any, failure) -> end(firing, ended));
        }

        /** What is thrown, even by telling of something that was thrown, ends the firing as well. */
        private CompletableFuture<?> begin(Firing firing) {
            try {
                return firings.handOver().begin(firing);
            } catch (RuntimeException | Error e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public void notRun() {
            try {
                firings.foundNoThread(claimed());
            } catch (RuntimeException e) {
                LOG.error("{} found no thread and could not be put back", firing().key(), e);
            }
        }

        private Firing claimed() {
            return ((OneShotTrigger) jec.getTrigger()).firing();
        }

        private void end(Firing firing, Runnable ended) {
            try {
                firings.ended(firing);
            } catch (RuntimeException e) {
                LOG.error(
                        "The end of {} could not be noted; this node counts it as in flight",
                        firing.shot().key(),
                        e);
            } finally {
                ended.run();
            }
        }
    }
}
