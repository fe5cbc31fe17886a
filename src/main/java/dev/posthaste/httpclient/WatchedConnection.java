package dev.posthaste.httpclient;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;

/**
 * A connection that can be looked at without waiting and without taking anything off it that belongs to an answer. For one
 * exchange at a time; only {@link #cancel} is for any thread.
 */
final class WatchedConnection extends DefaultBHttpClientConnection implements Cancellable {
    /** What lies on an idle connection. */
    enum Sight {
        /** Nothing: a request may be sent. */
        QUIET,
        /** The end of the stream. */
        CLOSED,
        /** Bytes that nobody asked for. */
        UNREAD
    }

    private static final int MAX_LINE = 16_384;
    private static final int MAX_HEADERS = 256;
    private static final Http1Config LIMITS = Http1Config.custom()
            .setMaxLineLength(MAX_LINE)
            .setMaxHeaderCount(MAX_HEADERS)
            .setMaxEmptyLineCount(1)
            .build();

    private static final AnnouncedLength LENGTHS = new AnnouncedLength();

    private final Wire wire;
    private final @Nullable SSLSocket tls;
    private final AnswerParser parser;
    private final Arrivals arrivals;
    private final long openedAt = System.nanoTime();
    private @Nullable ClassicHttpResponse early;
    private @Nullable EarlyBody earlyBody;
    private EarlyBody.Room earlyRoom = bytes -> 0;
    private boolean isLarge;
    private boolean isKnownBad;
    private int exchanges;
    private long receivedBefore;
    private long idleSince;
    private long idleUntil;

    private WatchedConnection(Wire wire, @Nullable SSLSocket tls, AnswerParser parser) throws IOException {
        super(
                LIMITS,
                null,
                null,
                LENGTHS,
                null,
                (request, connection, in, sent, next) -> sent > 0 && isRefused(request, connection),
                null,
                limits -> parser);
        this.wire = wire;
        this.tls = tls;
        this.parser = parser;
        this.arrivals = tls == null
                ? new Arrivals(wire.in(), wire::readNow)
                : new Arrivals(tls.getInputStream(), new ThroughTls(wire, tls.getInputStream()));
    }

    /** A connection over an open one, through TLS if there is any. */
    static WatchedConnection over(Wire wire, @Nullable SSLSocket tls) throws IOException {
        WatchedConnection connection = new WatchedConnection(wire, tls, new AnswerParser(LIMITS));
        Socket socket = wire.channel().socket();
        connection.bind(
                tls == null
                        ? new Streams(socket, connection.arrivals, connection.looking(wire.out()))
                        : new Streams(tls, socket, connection.arrivals, connection.looking(tls.getOutputStream())));
        return connection;
    }

    /** @param room for what comes of the answer while the request is written */
    void beginExchange(EarlyBody.Room room) {
        exchanges++;
        early = null;
        earlyBody = null;
        earlyRoom = room;
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
        return early;
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
        earlyBody = null;
        earlyRoom = bytes -> 0;
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
    Sight look() {
        if (!isOpen()) {
            return Sight.CLOSED;
        }
        if (hasUnread()) {
            return Sight.UNREAD;
        }
        try {
            return sight();
        } catch (IOException e) {
            return Sight.CLOSED;
        }
    }

    /** Whether bytes have been read beyond what was asked for; costs nothing. */
    boolean hasUnread() {
        return parser.hasUnread() || arrivals.hasUnread() || (earlyBody != null && earlyBody.hasUnread());
    }

    /** Closes it, but what was written goes out. */
    void closeGently() {
        // Closed by the connection it would be reset, and what has not left this machine would be lost.
        Closer.closeQuietly(wire.channel());
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
            if (wire.hasUnsent() && isConsistent() && isRefused(request)) {
                markBad();
            }
            if (early != null || arrivals.hasUnread()) {
                // Who answers before the request is there may mean another one, and answer this one later.
                markBad();
            }
        } finally {
            wire.waitAgain();
        }
    }

    @Override
    protected InputStream createContentInputStream(long length, SessionInputBuffer buffer, InputStream in) {
        if (earlyBody != null) {
            return earlyBody;
        }
        if (length == ContentLengthStrategy.CHUNKED) {
            return new ChunkedBody(buffer, in);
        }
        return super.createContentInputStream(
                length, buffer, length == ContentLengthStrategy.UNDEFINED ? untilTheEnd(in) : in);
    }

    private static boolean isRefused(ClassicHttpRequest request, HttpClientConnection connection) throws IOException {
        return connection instanceof WatchedConnection watched && watched.isRefused(request);
    }

    /**
     * Whether what has come already makes it pointless to write the rest of the request. Interim answers do not, and
     * neither does a success: it is one of a whole request only. Comes back when what was written before has left; what
     * comes meanwhile is taken in, so that a receiver that answers while it reads goes on with both.
     */
    private boolean isRefused(ClassicHttpRequest request) throws IOException {
        isLarge = true;
        wire.stopWaiting();
        GrowingPause pause = new GrowingPause();
        while (true) {
            boolean hasMoved = earlyBody == null ? arrivals.fill() : earlyBody.fill();
            readEarlyHeads(request);
            if (early != null && !isSuccess(early)) {
                return true;
            }
            hasMoved |= wire.push();
            if (!wire.hasUnsent()) {
                return false;
            }
            if (hasMoved) {
                pause.beginAgain();
            } else {
                pause.await(Long.MAX_VALUE);
            }
        }
    }

    private void readEarlyHeads(ClassicHttpRequest request) throws IOException {
        try {
            while (early == null && arrivals.hasHead()) {
                ClassicHttpResponse head = receiveResponseHeader();
                arrivals.headWasRead();
                if (head.getCode() >= HttpStatus.SC_SUCCESS || head.getCode() == HttpStatus.SC_SWITCHING_PROTOCOLS) {
                    early = head;
                    earlyBody = isSuccess(head) ? bodyBehind(head, request) : null;
                }
            }
        } catch (HttpException e) {
            throw new IOException("what came before the request was whole is no answer", e);
        }
    }

    private @Nullable EarlyBody bodyBehind(ClassicHttpResponse head, ClassicHttpRequest request) throws HttpException {
        if (!MessageSupport.canResponseHaveBody(request.getMethod(), head)) {
            return null;
        }
        long length = LENGTHS.determineLength(head);
        InputStream in = arrivals.waiting();
        return new EarlyBody(
                CountedBody.of(length),
                arrivals,
                length == ContentLengthStrategy.UNDEFINED ? untilTheEnd(in) : in,
                earlyRoom);
    }

    private Sight sight() throws IOException {
        try {
            wire.stopWaiting();
            // Records of TLS may be there that are no bytes of an answer: they are read, not thrown away with the
            // connection.
            return arrivals.looksQuiet() ? Sight.QUIET : arrivals.isAtEnd() ? Sight.CLOSED : Sight.UNREAD;
        } finally {
            wire.waitAgain();
        }
    }

    private OutputStream looking(OutputStream out) {
        return new LookingFirst(out, this);
    }

    /** Nothing that came before anything was sent is an answer. */
    private void requireQuiet() throws IOException {
        Sight sight = arrivals.hasCome() ? Sight.UNREAD : sight();
        if (sight == Sight.UNREAD) {
            throw new UnaskedBytesException();
        }
        if (sight == Sight.CLOSED) {
            throw new ConnectionClosedException("The connection was closed before anything was sent.");
        }
    }

    private InputStream untilTheEnd(InputStream in) {
        return tls == null ? in : new EndOfTls(in, wire);
    }

    private static boolean isSuccess(ClassicHttpResponse head) {
        return head.getCode() >= HttpStatus.SC_SUCCESS && head.getCode() < HttpStatus.SC_REDIRECTION;
    }

    private long received() {
        return getEndpointDetails().getReceivedBytesCount();
    }

    /** The streams that HttpCore uses. */
    private static final class Streams extends SocketHolder {
        private final InputStream in;
        private final OutputStream out;

        Streams(Socket socket, InputStream in, OutputStream out) {
            super(socket);
            this.in = in;
            this.out = out;
        }

        Streams(SSLSocket tls, Socket socket, InputStream in, OutputStream out) {
            super(tls, socket);
            this.in = in;
            this.out = out;
        }

        @Override
        protected InputStream getInputStream(Socket socket) {
            return in;
        }

        @Override
        protected OutputStream getOutputStream(Socket socket) {
            return out;
        }
    }

    /** Looks at a fresh connection as late as can be: before its first octet leaves. A kept one is looked at when taken. */
    private static final class LookingFirst extends FilterOutputStream {
        private final WatchedConnection connection;
        private boolean hasLooked;

        LookingFirst(OutputStream out, WatchedConnection connection) {
            super(out);
            this.connection = connection;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!hasLooked) {
                hasLooked = true;
                connection.requireQuiet();
            }
            out.write(bytes, offset, length);
        }
    }

    /** What has come through TLS, when the wire does not wait. */
    private record ThroughTls(Wire wire, InputStream in) implements Arrivals.Source {
        @Override
        public int readNow(byte[] bytes, int offset, int length) throws IOException {
            if (in.available() == 0 && !wire.hasRecord()) {
                return 0;
            }
            try {
                return in.read(bytes, offset, length);
            } catch (SocketTimeoutException e) {
                // It was a record of TLS' own.
                return 0;
            }
        }
    }

    /**
     * A body that goes on until the end of the connection is whole only if TLS says so, too: anybody on the way can end a
     * connection (RFC 9112, section 9.8).
     */
    private static final class EndOfTls extends FilterInputStream {
        private final Wire wire;

        EndOfTls(InputStream in, Wire wire) {
            super(in);
            this.wire = wire;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count < 0 && wire.hasEnded()) {
                throw new ConnectionClosedException("The connection was closed without a word of TLS.");
            }
            return count;
        }
    }
}
