package dev.posthaste.httpclient;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** A place among the connections that an exchange has taken, with a kept connection or yet without one. */
final class Endpoint extends ConnectionEndpoint {
    private final Connections connections;
    private final HttpHost host;
    private final OpenExchange exchange;
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile @Nullable WatchedConnection connection;
    private boolean isKept;
    private long idledNanos;
    private boolean hasMetSilence;
    private int headBytes;

    /** With a success. */
    private volatile boolean isAnswered;

    Endpoint(Connections connections, HttpHost host, OpenExchange exchange) {
        this.connections = connections;
        this.host = host;
        this.exchange = exchange;
    }

    HttpHost host() {
        return host;
    }

    OpenExchange exchange() {
        return exchange;
    }

    @Nullable
    WatchedConnection connection() {
        return connection;
    }

    void reuses(WatchedConnection kept) {
        connection = kept;
        isKept = true;
        idledNanos = kept.idleNanos();
    }

    void connected(WatchedConnection fresh) {
        connection = fresh;
        isKept = false;
    }

    boolean hasMetSilence() {
        return hasMetSilence;
    }

    int headBytes() {
        return headBytes;
    }

    /** Whether the receiver has said that it succeeded, and may not have read the whole request yet. */
    boolean mayStillBeRead() {
        WatchedConnection open = connection;
        return isAnswered && open != null && open.isLarge();
    }

    /** True once: who releases it first does so. */
    boolean release() {
        return released.compareAndSet(false, true);
    }

    /** Gives it back without its connection, unless it has been given back: then another may have that. */
    void discard() {
        connections.release(this, null, null);
    }

    @Override
    public ClassicHttpResponse execute(
            String id, ClassicHttpRequest request, RequestExecutor executor, HttpContext context)
            throws IOException, HttpException {
        WatchedConnection open = connection;
        if (open == null) {
            throw new IOException("there is no connection");
        }
        exchange.deadline().puts(open);
        open.beginExchange(exchange.room().early(open::headBytes));
        exchange.begins();
        exchange.leaves(open, isKept);
        try {
            ClassicHttpResponse answer = executor.execute(request, open, context);
            headBytes = open.headBytes();
            isAnswered = answer.getCode() < HttpStatus.SC_REDIRECTION;
            return answer;
        } catch (UnaskedBytesException e) {
            connections.kept().foundUnread(host);
            throw e;
        } catch (IOException e) {
            if (open.hasMetSilence() && !exchange.deadline().hasPassed()) {
                hasMetSilence = true;
                connections.habits().closedAfter(host, idledNanos);
            }
            throw e;
        }
    }

    @Override
    @Deprecated
    public ClassicHttpResponse execute(
            String id, ClassicHttpRequest request, HttpRequestExecutor executor, HttpContext context)
            throws IOException, HttpException {
        throw new UnsupportedOperationException("HttpClient calls the other one");
    }

    @Override
    public boolean isConnected() {
        WatchedConnection open = connection;
        return open != null && open.isOpen();
    }

    /** Reads wait for as long as the deadline lets them. */
    @Override
    public void setSocketTimeout(Timeout timeout) {}

    @Override
    public void close(CloseMode mode) {
        WatchedConnection open = connection;
        if (open == null || released.get()) {
            return;
        }
        if (mayStillBeRead()) {
            open.closeGently();
        } else {
            open.close(mode);
        }
    }

    @Override
    public void close() {
        close(CloseMode.GRACEFUL);
    }
}
