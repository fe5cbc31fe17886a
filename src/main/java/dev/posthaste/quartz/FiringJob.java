package dev.posthaste.quartz;

import dev.posthaste.oneshots.HandOver;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** The only Quartz job, for firings that somebody listens to: as Quartz's own shell runs it. Thread-safe. */
public final class FiringJob implements Job {
    private final HandOver handOver;

    FiringJob(HandOver handOver) {
        this.handOver = handOver;
    }

    /** Returns when the firing has ended. */
    @Override
    public void execute(JobExecutionContext context) {
        handOver.begin(((OneShotTrigger) context.getTrigger()).firing()).join();
    }
}
