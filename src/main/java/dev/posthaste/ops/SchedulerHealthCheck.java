package dev.posthaste.ops;

import com.codahale.metrics.health.HealthCheck;
import dev.posthaste.quartz.ClusteredScheduler;
import java.util.List;

/** Whether this node takes part in delivering. */
public final class SchedulerHealthCheck extends HealthCheck {
    private final ClusteredScheduler scheduler;
    private final NeededThreads threads;

    /** Asks the scheduler; costs no statement. */
    public SchedulerHealthCheck(ClusteredScheduler scheduler, NeededThreads threads) {
        this.scheduler = scheduler;
        this.threads = threads;
    }

    @Override
    protected Result check() {
        List<String> ended = threads.ended();
        if (!ended.isEmpty()) {
            return Result.unhealthy(
                    "Threads that this node cannot live without have ended: %s. It ends; restart it.", ended);
        }
        if (scheduler.isHeldUp()) {
            return Result.unhealthy("Outcomes cannot be recorded, and nothing further is sent until they can."
                    + " The log says what the database answers.");
        }
        return scheduler.isMember()
                ? Result.healthy("%s, %d in flight", scheduler.instance(), scheduler.inFlight())
                : Result.unhealthy("This node could not check in for too long and sends nothing until it can."
                        + " Look at the database, and at the log.");
    }
}
