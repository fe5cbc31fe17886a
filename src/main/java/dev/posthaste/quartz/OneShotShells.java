package dev.posthaste.quartz;

import java.util.concurrent.CompletableFuture;
import org.quartz.ListenerManager;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger.CompletedExecutionInstruction;
import org.quartz.core.JobRunShell;
import org.quartz.core.JobRunShellFactory;
import org.quartz.impl.StdJobRunShellFactory;
import org.quartz.spi.JobStore;
import org.quartz.spi.TriggerFiredBundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs a firing. Quartz's own shell adds itself to the scheduler's listeners and removes itself again, under one
 * lock for all firings, and asks every list of listeners: with a thousand in flight, that is what the threads wait for.
 * One-shots nobody listens to are run without; everything else is run by Quartz's.
 */
final class OneShotShells implements JobRunShellFactory {
    private final JobStore store;
    private final JobRunShellFactory stock = new StdJobRunShellFactory();
    private final Scheduler scheduler;

    OneShotShells(JobStore store, Scheduler scheduler) throws SchedulerException {
        this.store = store;
        this.scheduler = scheduler;
        stock.initialize(scheduler);
    }

    /** Has been done by the constructor, with the same scheduler. */
    @Override
    public void initialize(Scheduler ignored) {}

    @Override
    public JobRunShell createJobRunShell(TriggerFiredBundle bundle) throws SchedulerException {
        return bundle.getTrigger() instanceof OneShotTrigger && !isListenedTo()
                ? new OneShotShell(scheduler, store, bundle)
                : stock.createJobRunShell(bundle);
    }

    private boolean isListenedTo() throws SchedulerException {
        ListenerManager listeners = scheduler.getListenerManager();
        return !listeners.getJobListeners().isEmpty()
                || !listeners.getTriggerListeners().isEmpty()
                || !listeners.getSchedulerListeners().isEmpty();
    }

    private static final class OneShotShell extends JobRunShell implements LateEnding {
        private static final Logger LOG = LoggerFactory.getLogger(OneShotShell.class);

        private final JobStore store;

        OneShotShell(Scheduler scheduler, JobStore store, TriggerFiredBundle bundle) {
            super(scheduler, bundle);
            this.store = store;
        }

        @Override
        public FiredOneShot firing() {
            return trigger().firing();
        }

        @Override
        public long early() {
            return job().early(trigger());
        }

        @Override
        public void run() {
            run(() -> {});
        }

        @Override
        public void run(Runnable ended) {
            OneShotTrigger trigger = trigger();
            CompletableFuture<?> unused = begin(trigger).whenComplete((any, failure) -> end(trigger, ended));
        }

        /** Whatever is thrown, even by telling of something that was thrown, the firing has an end. */
        private CompletableFuture<?> begin(OneShotTrigger trigger) {
            try {
                return job().begin(trigger);
            } catch (RuntimeException | Error e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        /** As Quartz says it of what its thread pool does not take. */
        @Override
        public void notRun() {
            try {
                store.triggeredJobComplete(
                        trigger(), jec.getJobDetail(), CompletedExecutionInstruction.SET_ALL_JOB_TRIGGERS_ERROR);
            } catch (RuntimeException e) {
                LOG.error(
                        "{} found no thread and could not be put back",
                        trigger().getKey(),
                        e);
            }
        }

        private FiringJob job() {
            return (FiringJob) jec.getJobInstance();
        }

        private OneShotTrigger trigger() {
            return (OneShotTrigger) jec.getTrigger();
        }

        private void end(OneShotTrigger trigger, Runnable ended) {
            try {
                store.triggeredJobComplete(trigger, jec.getJobDetail(), CompletedExecutionInstruction.NOOP);
            } catch (RuntimeException e) {
                LOG.error("The end of {} could not be noted; this node counts it as in flight", trigger.getKey(), e);
            } finally {
                ended.run();
            }
        }
    }
}
