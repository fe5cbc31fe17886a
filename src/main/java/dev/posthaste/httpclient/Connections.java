package dev.posthaste.httpclient;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.io.LeaseRequest;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a client: so many at the same time, kept ones first, each looked at before it is used again.
 * Thread-safe.
 *
 * <p>In the place of HttpClient's own pool, whose look sees the end of a stream only, which keeps an object for each host
 * for ever, and which the client closes for good when an {@link Error} passes through it.
 */
final class Connections implements HttpClientConnectionManager {
    /** A name that has moved is followed within this time. */
    static final Duration MAX_AGE = Duration.ofSeconds(60);

    private final Dialer dialer;
    private final OwnShortage shortage;
    private final int max;
    private final int maxFiles = NoFileLeftException.maxFiles();
    private final AtomicInteger dialling = new AtomicInteger();
    private final Duration maxAge;
    private final Semaphore places;
    private final HostHabits habits = new HostHabits();
    private final KeptConnections kept = new KeptConnections(habits, this::discard);
    private final Set<WatchedConnection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean hasEnded;

    /**
     * Makes a place for them.
     *
     * @param max at the same time
     * @param maxAge beyond which a connection is not kept
     */
    Connections(Dialer dialer, OwnShortage shortage, int max, Duration maxAge) {
        this.dialer = dialer;
        this.shortage = shortage;
        this.max = max;
        this.maxAge = maxAge;
        this.places = new Semaphore(max);
    }

    HostHabits habits() {
        return habits;
    }

    KeptConnections kept() {
        return kept;
    }

    @Override
    public LeaseRequest lease(String id, HttpRoute route, Timeout timeout, Object state) {
        OpenExchange exchange = (OpenExchange) state;
        return new LeaseRequest() {
            @Override
            public ConnectionEndpoint get(Timeout any) throws InterruptedException, TimeoutException {
                return lease(route.getTargetHost(), exchange);
            }

            @Override
            public boolean cancel() {
                return false;
            }
        };
    }

    @Override
    public void connect(ConnectionEndpoint endpoint, TimeValue timeout, HttpContext context) throws IOException {
        Endpoint place = (Endpoint) endpoint;
        if (open.size() >= max) {
            kept.discardOne();
        }
        WatchedConnection fresh;
        try {
            if (open.size() + dialling.incrementAndGet() > maxFiles && !kept.discardOne()) {
                throw new NoFileLeftException();
            }
            fresh = dial(place);
            // First: from here on the end of the exchange is the end of the connection, too.
            place.connected(fresh);
            open.add(fresh);
        } finally {
            dialling.decrementAndGet();
        }
        if (hasEnded) {
            discard(fresh);
        }
    }

    /** No plain connection becomes one of TLS. */
    @Override
    public void upgrade(ConnectionEndpoint endpoint, HttpContext context) throws IOException {
        throw new IOException("connections are not upgraded");
    }

    @Override
    public void release(ConnectionEndpoint endpoint, @Nullable Object state, @Nullable TimeValue keepFor) {
        Endpoint place = (Endpoint) endpoint;
        if (place.release()) {
            try {
                place.exchange().deadline().putsNothing();
                giveBack(place, keepFor);
            } finally {
                places.release();
            }
        }
    }

    private void giveBack(Endpoint place, @Nullable TimeValue keepFor) {
        WatchedConnection connection = place.connection();
        if (connection == null) {
            return;
        }
        boolean isKept = false;
        try {
            isKept = keeps(place.host(), connection, keepFor);
        } finally {
            if (!isKept) {
                if (place.mayStillBeRead()) {
                    connection.closeGently();
                }
                discard(connection);
            }
        }
    }

    /**
     * Has no effect: HttpClient calls it when an {@link Error} passes through, which is no reason never to send again. The
     * connection of that exchange is discarded by its {@link OpenExchange}.
     */
    @Override
    public void close(CloseMode mode) {}

    @Override
    public void close() {}

    /** Closes every connection, for good. */
    void end() {
        hasEnded = true;
        open.forEach(this::discard);
    }

    private Endpoint lease(HttpHost host, OpenExchange exchange) throws InterruptedException, TimeoutException {
        if (!places.tryAcquire(exchange.deadline().left().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("all connections are in use");
        }
        boolean isTaken = false;
        try {
            Endpoint place = new Endpoint(this, host, exchange);
            exchange.got(place);
            isTaken = true;
            WatchedConnection last = exchange.wantsFresh() ? null : kept.take(host);
            if (last != null) {
                place.reuses(last);
            }
            return place;
        } finally {
            if (!isTaken) {
                places.release();
            }
        }
    }

    /** What idles is given up for what is needed now. */
    private WatchedConnection dial(Endpoint place) throws IOException {
        try {
            return dialer.dial(place.host(), place.exchange());
        } catch (IOException e) {
            if (shortage.recognize(e).isEmpty() || !kept.discardOne()) {
                throw e;
            }
            return dialer.dial(place.host(), place.exchange());
        }
    }

    private boolean keeps(HttpHost host, WatchedConnection connection, @Nullable TimeValue keepFor) {
        if (keepFor == null || keepFor.getDuration() <= 0 || hasEnded || !connection.isFit()) {
            return false;
        }
        if (connection.hasUnread()) {
            kept.foundUnread(host);
            return false;
        }
        long max = habits.maxIdleNanos(host, keepFor.toNanoseconds());
        if (max <= 0) {
            return false;
        }
        connection.idle(max, maxAge.toNanos());
        kept.add(host, connection);
        return true;
    }

    private void discard(WatchedConnection connection) {
        connection.close(CloseMode.IMMEDIATE);
        open.remove(connection);
    }
}
