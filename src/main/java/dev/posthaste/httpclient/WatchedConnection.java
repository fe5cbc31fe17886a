package dev.posthaste.httpclient;

import java.io.IOException;
import java.io.InputStream;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose receiver may answer before the request is whole, and that can be looked at while it idles. For one
 * exchange at a time; only {@link #cancel} is for any thread.
 */
final class WatchedConnection extends DefaultBHttpClientConnection implements Cancellable {
    private static final int MAX_LINE = 16_384;
    private static final int MAX_HEADERS = 256;
    private static final Http1Config LIMITS = Http1Config.custom()
            .setMaxLineLength(MAX_LINE)
            .setMaxHeaderCount(MAX_HEADERS)
            .setMaxEmptyLineCount(1)
            .build();

    private final Transport transport;
    private final AnswerParser parser;
    private final Arrivals arrivals;
    private final long openedAt = System.nanoTime();
    private EarlyAnswer early;
    private boolean isLarge;
    private boolean isKnownBad;
    private int exchanges;
    private long receivedBefore;
    private long idleSince;
    private long idleUntil;

    private WatchedConnection(Transport transport, AnswerParser parser) {
        super(
                LIMITS,
                null,
                null,
                new AnnouncedLength(),
                null,
                (request, connection, in, sent, next) ->
                        sent > 0 && connection instanceof WatchedConnection watched && watched.isRefused(request),
                null,
                limits -> parser);
        this.transport = transport;
        this.parser = parser;
        this.arrivals = transport.arrivals();
        this.early = nothingEarly();
    }

    /**
     * A connection over an open one, through TLS if there is any.
     *
     * @param maxHeadBytes of an answer, with interim ones before it
     */
    static WatchedConnection over(Wire wire, @Nullable SSLSocket tls, int maxHeadBytes) throws IOException {
        Transport transport = new Transport(wire, tls);
        WatchedConnection connection = new WatchedConnection(transport, new AnswerParser(LIMITS, maxHeadBytes));
        connection.bind(transport.streams());
        return connection;
    }

    /** @param room for what comes of the answer while the request is written */
    void beginExchange(EarlyBody.Room room) {
        exchanges++;
        early = new EarlyAnswer(transport, this::receiveResponseHeader, room);
        isLarge = false;
        receivedBefore = received();
        parser.beginAnswer();
        arrivals.begin();
    }

    /** Whether the request was so large that some of it may not have left this machine when it was written. */
    boolean isLarge() {
        return isLarge;
    }

    /** Whether it had been used before, and nothing has come on it since this exchange began. */
    boolean hasMetSilence() {
        return exchanges > 1 && received() == receivedBefore && !arrivals.hasCome();
    }

    /** The head of the answer that came before the request was written whole; null if none did. */
    @Nullable
    ClassicHttpResponse early() {
        return early.head();
    }

    int headBytes() {
        return parser.headBytes();
    }

    /** The state of what is sent is not known: no further request may follow. */
    void markBad() {
        isKnownBad = true;
    }

    /** Whether a further request may follow, for all that was seen of this one. */
    boolean isFit() {
        return isOpen() && isConsistent() && !isKnownBad;
    }

    /** Keeps it from now on, for so long and not beyond the greatest age. */
    void idle(long nanos, long maxAgeNanos) {
        early = nothingEarly();
        idleSince = System.nanoTime();
        idleUntil = idleSince + Math.min(nanos, openedAt + maxAgeNanos - idleSince);
    }

    long idleNanos() {
        return System.nanoTime() - idleSince;
    }

    boolean isKeptTooLong() {
        return System.nanoTime() - idleUntil >= 0;
    }

    /** Looks at an idle connection. Anything but quiet is the end of it. */
    Transport.Sight look() {
        if (!isOpen()) {
            return Transport.Sight.CLOSED;
        }
        if (hasUnread()) {
            return Transport.Sight.UNREAD;
        }
        try {
            return transport.look();
        } catch (IOException e) {
            return Transport.Sight.CLOSED;
        }
    }

    /** Whether bytes have been read beyond what was asked for; costs nothing. */
    boolean hasUnread() {
        return parser.hasUnread() || arrivals.hasUnread() || early.hasUnread();
    }

    /** Closes it, but what was written goes out. */
    void closeGently() {
        // Closed by the connection it would be reset, and what has not left this machine would be lost.
        transport.closeGently();
        close(CloseMode.IMMEDIATE);
    }

    @Override
    public boolean cancel() {
        close(CloseMode.IMMEDIATE);
        return true;
    }

    /** What has been written may not have left yet when HttpCore is done. */
    @Override
    public void sendRequestEntity(ClassicHttpRequest request) throws HttpException, IOException {
        try {
            super.sendRequestEntity(request);
            if (transport.wire().hasUnsent() && isConsistent() && isRefused(request)) {
                markBad();
            }
            if (early.head() != null || arrivals.hasUnread()) {
                // Who answers before the request is there may mean another one, and answer this one later.
                markBad();
            }
        } finally {
            transport.wire().waitAgain();
        }
    }

    @Override
    protected InputStream createContentInputStream(long length, SessionInputBuffer buffer, InputStream in) {
        InputStream begun = early.body();
        if (begun != null) {
            return begun;
        }
        if (length == ContentLengthStrategy.CHUNKED) {
            return new ChunkedBody(buffer, in);
        }
        return super.createContentInputStream(
                length, buffer, length == ContentLengthStrategy.UNDEFINED ? transport.untilTheEnd(in) : in);
    }

    private boolean isRefused(ClassicHttpRequest request) throws IOException {
        isLarge = true;
        return early.isRefusal(request);
    }

    private EarlyAnswer nothingEarly() {
        return new EarlyAnswer(transport, this::receiveResponseHeader, bytes -> 0);
    }

    private long received() {
        return getEndpointDetails().getReceivedBytesCount();
    }
}
