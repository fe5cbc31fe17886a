package dev.posthaste.ops;

import com.codahale.metrics.health.HealthCheck;
import dev.posthaste.quartz.ClusteredScheduler;

/** Whether the cluster counts this node as alive. */
public final class LeaseHealthCheck extends HealthCheck {
    private final ClusteredScheduler scheduler;

    /** Asks the scheduler; costs no statement. */
    public LeaseHealthCheck(ClusteredScheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    protected Result check() {
        return scheduler.isMember()
                ? Result.healthy("%s is a member of the cluster", scheduler.instance())
                : Result.unhealthy("This node could not check in for too long and sends nothing until it can."
                        + " Look at the database, and at the log.");
    }
}
