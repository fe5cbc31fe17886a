package dev.posthaste.edge;

import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.util.NanoTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many callers may be connected at the same time; the others wait in the system's backlog, and
 * those who are connected and silent go the sooner. Says so once a minute.
 */
final class CallerLimit extends NetworkConnectionLimit {
    private static final Logger LOG = LoggerFactory.getLogger(CallerLimit.class);
    private static final long PAUSE = Duration.ofMinutes(1).toNanos();

    /** Long enough for a client that is sending, short enough for one that waits; not that of who awaits an answer. */
    private static final Duration IDLE_AT_LIMIT = Duration.ofSeconds(2);

    private static final int SHARE_FOR_NEWCOMERS = 8;

    private final int max;
    private final String of;
    /** Guarded by Jetty's lock around {@link #limit}. */
    private long saidNanos = NanoTime.now() - PAUSE;

    CallerLimit(int max, String of, List<Connector> connectors) {
        super(max, connectors.toArray(Connector[]::new));
        this.max = max;
        this.of = of;
        setEndPointIdleTimeout(IDLE_AT_LIMIT.toMillis());
    }

    /** How many connections there are beyond seven eighths of what may be; not positive while there are fewer. */
    int tooMany() {
        return getNetworkConnectionCount() - (max - max / SHARE_FOR_NEWCOMERS);
    }

    @Override
    protected void limit() {
        super.limit();
        if (NanoTime.since(saidNanos) >= PAUSE) {
            saidNanos = NanoTime.now();
            LOG.warn(
                    "All {} connections that {} may have are open, others wait for one: look at who holds them, or allow"
                            + " more open files (ulimit -n, LimitNOFILE) and heap (-Xmx)",
                    max,
                    of);
        }
    }
}
