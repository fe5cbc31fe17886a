package dev.posthaste;

import java.util.function.IntSupplier;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in one line that a server that was up is stopping, and what it waits for. */
final class StoppingLine implements LifeCycle.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(StoppingLine.class);

    private final IntSupplier inFlight;
    private final StopTime time;
    private volatile boolean wasUp;

    /**
     * @param inFlight deliveries and callbacks
     * @param time begins with it
     */
    StoppingLine(IntSupplier inFlight, StopTime time) {
        this.inFlight = inFlight;
        this.time = time;
    }

    @Override
    public void lifeCycleStarted(LifeCycle server) {
        wasUp = true;
    }

    /** A start that failed is told by its reason. */
    @Override
    public void lifeCycleStopping(LifeCycle server) {
        time.begin();
        if (wasUp) {
            LOG.info(
                    "Posthaste stops, and waits up to {} s for the deliveries in flight ({})",
                    time.bound().toSeconds(),
                    inFlight.getAsInt());
        }
    }
}
