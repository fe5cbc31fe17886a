package dev.posthaste;

import dev.posthaste.ops.Duty;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a server that was up begins to stop: from the first moment it is not ready and claims nothing, and for a while it goes
 * on answering calls, so that whoever follows its readiness has moved to other nodes before its listeners close. A second
 * signal hastens whatever is waited for. Thread-safe.
 */
final class Stopping implements LifeCycle.Listener, StopSignals.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Stopping.class);

    /** Jetty takes none for no grace at all, and closes nothing before it ends. */
    private static final long HASTY_GRACE_MS = 1;

    private final Duty duty;
    private final IntSupplier inFlight;
    private final StopTime time;
    private final Duration announcement;
    private final AtomicBoolean wasTold = new AtomicBoolean();
    private volatile @Nullable Server server;

    /**
     * @param inFlight deliveries and callbacks
     * @param time begins with it
     * @param announcement {@code delivery.announceStop}
     */
    Stopping(Duty duty, IntSupplier inFlight, StopTime time, Duration announcement) {
        this.duty = duty;
        this.inFlight = inFlight;
        this.time = time;
        this.announcement = announcement;
    }

    @Override
    public void lifeCycleStarted(LifeCycle started) {
        server = (Server) started;
    }

    /** A start that failed is told by its reason. */
    @Override
    public void lifeCycleStopping(LifeCycle stopping) {
        time.begin();
        Server up = server;
        if (up == null) {
            return;
        }
        LOG.info(
                "Posthaste stops, and waits up to {} s for the deliveries in flight ({}); it answers calls for {} ms more",
                time.bound().toSeconds(),
                inFlight.getAsInt(),
                announcement.toMillis());
        duty.stop();
        announce();
        if (time.isHastened()) {
            up.setStopTimeout(HASTY_GRACE_MS);
        }
    }

    private void announce() {
        try {
            time.pass(shorter(announcement, time.left()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** It counts within the time that there is. */
    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public boolean isStoppingAlready() {
        if (!wasTold.getAndSet(true) && !time.hasBegun()) {
            return false;
        }
        if (!time.isHastened()) {
            LOG.warn(
                    "Told to stop again: calls in progress are cut off, and deliveries in flight ({}) are given up at once;"
                            + " they are recorded as interrupted and sent again",
                    inFlight.getAsInt());
        }
        time.hasten();
        cutCalls();
        return true;
    }

    /** Those that Jetty waits for; none that comes while the listeners are open. */
    private void cutCalls() {
        Server up = server;
        if (up == null) {
            return;
        }
        for (Connector connector : up.getConnectors()) {
            if (connector.isShutdown()) {
                connector.getConnectedEndPoints().forEach(endPoint -> endPoint.close());
            }
        }
    }
}
