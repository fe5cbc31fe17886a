package dev.posthaste.edge;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Ends connections whose request heads take too long. Jetty's idle timeout counts silence only: a client that sends a byte
 * now and then would keep its connection for as long as it likes.
 *
 * <p>Looks once in a while at what is open, so that a request costs nothing. What is read of a connection there is volatile
 * or a counter; one that is read a moment late is put right by the next look. A deadline is kept to two looks, and to
 * 60 % of itself. Silence before the first byte, and after it, is still the idle timeout's. There is no answer, because it
 * could meet another one on its way.
 */
final class HeadDeadline extends AbstractLifeCycle implements Connection.Listener {
    private static final Duration MAX_PERIOD = Duration.ofSeconds(1);
    private static final int LOOKS = 4;

    private static final int SCATTERED_PERCENT = 60;

    /** Where it is crowded. */
    private static final Duration MAX_IN_CROWD = Duration.ofSeconds(2);

    private final Duration max;
    private final BooleanSupplier isCrowded;
    private final Duration period;
    private final Scheduler scheduler;
    private final Map<HttpConnection, Head> heads = new ConcurrentHashMap<>();

    /**
     * Starts to look when it is started.
     *
     * @param max what a whole head may take, from its first byte
     * @param isCrowded whether nearly all connections that there may be are open: then it may take less
     */
    HeadDeadline(Duration max, BooleanSupplier isCrowded, Scheduler scheduler) {
        this.max = max;
        this.isCrowded = isCrowded;
        this.scheduler = scheduler;
        Duration part = max.dividedBy(LOOKS);
        this.period = part.compareTo(MAX_PERIOD) < 0 ? part : MAX_PERIOD;
    }

    @Override
    protected void doStart() {
        lookLater();
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof HttpConnection http) {
            heads.put(http, new Head());
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (connection instanceof HttpConnection http) {
            heads.remove(http);
        }
    }

    private void lookLater() {
        scheduler.schedule(this::look, period);
    }

    private void look() {
        if (!isRunning()) {
            return;
        }
        try {
            boolean isShort = isCrowded.getAsBoolean() && max.compareTo(MAX_IN_CROWD) > 0;
            Duration within = isShort ? MAX_IN_CROWD : max;
            heads.forEach((connection, head) -> {
                if (head.isLate(connection, within)) {
                    connection.getEndPoint().close(new TimeoutException("the head of a request took too long"));
                }
            });
        } finally {
            lookLater();
        }
    }

    /** Of the time that there is. Those that came together do not go together: what that costs would hold up others. */
    static int scatteredPercent() {
        return ThreadLocalRandom.current().nextInt(100, 100 + SCATTERED_PERCENT);
    }

    /** What was seen of the head that a connection is in, or waits for. Of one thread at a time, the scheduler's. */
    private static final class Head {
        private long request = -1;
        private long bytes;
        private boolean wasWhole;
        private boolean isBegun;
        private long begunNanos;

        private final int percent = scatteredPercent();

        boolean isLate(HttpConnection connection, Duration within) {
            HttpParser.State state = connection.getParser().getState();
            boolean isWhole = state.compareTo(HttpParser.State.HEADER) > 0;
            long current = connection.getMessagesIn();
            long come = bytesIn(connection);
            // Also at the first look behind a body, of which more may have come since the last.
            if (isWhole || wasWhole || current != request) {
                wasWhole = isWhole;
                request = current;
                bytes = come;
                isBegun = false;
            }
            // Empty lines before a head leave the parser at its start, and so does a handshake.
            if (isWhole || (state == HttpParser.State.START && come == bytes)) {
                return false;
            }
            if (!isBegun) {
                isBegun = true;
                begunNanos = NanoTime.now();
                bytes = come;
            }
            return NanoTime.since(begunNanos) >= within.toNanos() / 100 * percent;
        }

        /** With TLS those of its records, so that a handshake has the deadline too. */
        private static long bytesIn(HttpConnection connection) {
            return connection.getEndPoint() instanceof SslConnection.SslEndPoint tls
                    ? tls.getSslConnection().getBytesIn()
                    : connection.getBytesIn();
        }
    }
}
