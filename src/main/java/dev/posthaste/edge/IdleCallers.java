package dev.posthaste.edge;

import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Where it becomes crowded, ends the connections on which nothing has been asked for longest, as RFC 9112, section 9.8, lets
 * a server: so that whoever comes next finds a place at once, and need not wait until others have been silent too long.
 */
final class IdleCallers extends AbstractLifeCycle implements Connection.Listener {
    private static final Duration PERIOD = Duration.ofMillis(100);

    private final IntSupplier tooMany;
    private final Scheduler scheduler;
    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();

    /** @param tooMany how many connections there are beyond what leaves room for others; not positive for none */
    IdleCallers(IntSupplier tooMany, Scheduler scheduler) {
        this.tooMany = tooMany;
        this.scheduler = scheduler;
    }

    @Override
    protected void doStart() {
        lookLater();
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof HttpConnection http) {
            open.add(http);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (connection instanceof HttpConnection http) {
            open.remove(http);
        }
    }

    private void lookLater() {
        scheduler.schedule(this::look, PERIOD);
    }

    private void look() {
        if (!isRunning()) {
            return;
        }
        try {
            int excess = tooMany.getAsInt();
            if (excess > 0) {
                open.stream()
                        .filter(connection -> connection.getParser().getState() == HttpParser.State.START)
                        .map(connection -> new Idle(connection, idleMs(connection)))
                        .sorted(Comparator.comparingLong(Idle::ms).reversed())
                        .limit(excess)
                        .forEach(idle ->
                                idle.connection().getEndPoint().close(new TimeoutException("others want to call")));
            }
        } finally {
            lookLater();
        }
    }

    private record Idle(HttpConnection connection, long ms) {}

    private static long idleMs(HttpConnection connection) {
        return connection.getEndPoint() instanceof AbstractEndPoint endPoint ? endPoint.getIdleFor() : 0;
    }
}
