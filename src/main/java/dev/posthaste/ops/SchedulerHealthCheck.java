package dev.posthaste.ops;

import com.codahale.metrics.health.HealthCheck;
import dev.posthaste.quartz.ClusteredScheduler;

/**
 * Whether this node can take part in delivering, and what it was told to do. One that was paused or drained is as healthy as
 * its operator wants it.
 */
public final class SchedulerHealthCheck extends HealthCheck {
    private final ClusteredScheduler scheduler;
    private final Duty duty;

    /** Asks the scheduler; costs no statement. */
    public SchedulerHealthCheck(ClusteredScheduler scheduler, Duty duty) {
        this.scheduler = scheduler;
        this.duty = duty;
    }

    @Override
    protected Result check() {
        if (scheduler.isHeldUp()) {
            return Result.unhealthy("Outcomes cannot be recorded, and nothing further is sent until they can."
                    + " The log says what the database answers.");
        }
        return Result.healthy(
                "%s %s, %d in flight", scheduler.instance(), duty.state().sentence(), scheduler.inFlight());
    }
}
