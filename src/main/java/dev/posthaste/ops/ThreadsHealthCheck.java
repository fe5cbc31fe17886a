package dev.posthaste.ops;

import com.codahale.metrics.health.HealthCheck;
import java.util.List;

/** Whether the threads are there that this node cannot live without. */
public final class ThreadsHealthCheck extends HealthCheck {
    private final NeededThreads threads;

    public ThreadsHealthCheck(NeededThreads threads) {
        this.threads = threads;
    }

    @Override
    protected Result check() {
        List<String> ended = threads.ended();
        return ended.isEmpty()
                ? Result.healthy()
                : Result.unhealthy(
                        "Threads that this node cannot live without have ended: %s. It ends; restart it.", ended);
    }
}
