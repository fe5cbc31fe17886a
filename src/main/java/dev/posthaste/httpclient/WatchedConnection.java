package dev.posthaste.httpclient;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
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

    private static final int LONGEST_LINE = 16_384;
    private static final int MOST_HEADERS = 256;
    private static final Http1Config LIMITS = Http1Config.custom()
            .setMaxLineLength(LONGEST_LINE)
            .setMaxHeaderCount(MOST_HEADERS)
            .setMaxEmptyLineCount(1)
            .build();
    private static final Timeout TLS_LOOK = Timeout.ofMilliseconds(1);

    private final SocketChannel channel;
    private final @Nullable SSLSocket tls;
    private final AnswerParser parser;
    private final ByteBuffer octet = ByteBuffer.allocate(1);
    private final long openedAt = System.nanoTime();
    private @Nullable ClassicHttpResponse early;
    private boolean isKnownBad;
    private int exchanges;
    private long receivedBefore;
    private long idleSince;
    private long idleUntil;

    private WatchedConnection(SocketChannel channel, @Nullable SSLSocket tls, AnswerParser parser) {
        super(
                LIMITS,
                null,
                null,
                new AnnouncedLength(),
                null,
                (request, connection, in, sent, next) -> sent > 0 && isRefused(connection),
                null,
                limits -> parser);
        this.channel = channel;
        this.tls = tls;
        this.parser = parser;
    }

    /** A connection over an open channel, through TLS if there is any. */
    static WatchedConnection over(SocketChannel channel, @Nullable SSLSocket tls) throws IOException {
        WatchedConnection connection = new WatchedConnection(channel, tls, new AnswerParser(LIMITS));
        Socket socket = channel.socket();
        if (tls == null) {
            connection.bind(socket);
        } else {
            connection.bind(tls, socket);
        }
        return connection;
    }

    void beginExchange() {
        exchanges++;
        early = null;
        receivedBefore = received();
        parser.beginAnswer();
    }

    /** Whether it had been used before, and nothing has come on it since this exchange began. */
    boolean hasMetSilence() {
        return exchanges > 1 && received() == receivedBefore;
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
    void idle(long nanos, long greatestAgeNanos) {
        idleSince = System.nanoTime();
        idleUntil = idleSince + Math.min(nanos, openedAt + greatestAgeNanos - idleSince);
    }

    long idleNanos() {
        return System.nanoTime() - idleSince;
    }

    boolean isKeptTooLong() {
        return System.nanoTime() - idleUntil >= 0;
    }

    /** Looks at an idle connection. What is found unread is lost, so that anything but quiet is the end of it. */
    Sight look() {
        if (!isOpen()) {
            return Sight.CLOSED;
        }
        if (parser.hasUnread()) {
            return Sight.UNREAD;
        }
        try {
            return tls == null ? lookAtChannel() : lookThroughTls(tls);
        } catch (IOException e) {
            return Sight.CLOSED;
        }
    }

    /** Whether bytes have been read beyond what was asked for; costs nothing. */
    boolean hasUnread() {
        return parser.hasUnread();
    }

    @Override
    public boolean cancel() {
        close(CloseMode.IMMEDIATE);
        return true;
    }

    /** The lines of chunks and trailers are counted, too. */
    @Override
    protected InputStream createContentInputStream(long length, SessionInputBuffer buffer, InputStream in) {
        return super.createContentInputStream(length, parser.counted(buffer), in);
    }

    private Sight lookAtChannel() throws IOException {
        octet.clear();
        int count;
        channel.configureBlocking(false);
        try {
            count = channel.read(octet);
        } finally {
            channel.configureBlocking(true);
        }
        return count == 0 ? Sight.QUIET : count < 0 ? Sight.CLOSED : Sight.UNREAD;
    }

    /** Records of TLS may be there that are no bytes of an answer: they are read, not thrown away with the connection. */
    private Sight lookThroughTls(SSLSocket socket) throws IOException {
        if (socket.getInputStream().available() > 0) {
            return Sight.UNREAD;
        }
        if (channel.socket().getInputStream().available() == 0) {
            return lookAtChannel();
        }
        if (isStale()) {
            return Sight.CLOSED;
        }
        return parser.hasUnread() ? Sight.UNREAD : Sight.QUIET;
    }

    private static boolean isRefused(HttpClientConnection connection) throws IOException {
        return connection instanceof WatchedConnection watched && watched.isRefused();
    }

    /**
     * Whether what has come already makes it pointless to write the rest of the request. Interim answers do not, and
     * neither does a success: it is one of a whole request only.
     */
    private boolean isRefused() throws IOException {
        try {
            while (early == null && hasAnswered()) {
                ClassicHttpResponse head = receiveResponseHeader();
                if (head.getCode() >= HttpStatus.SC_SUCCESS || head.getCode() == HttpStatus.SC_SWITCHING_PROTOCOLS) {
                    early = head;
                }
            }
        } catch (HttpException e) {
            throw new IOException("what came before the request was whole is no answer", e);
        }
        return early != null && !isSuccess(early);
    }

    /** Whether something has come although the request is not written whole. */
    private boolean hasAnswered() throws IOException {
        return parser.hasUnread()
                || (channel.socket().getInputStream().available() > 0 && (tls == null || isDataAvailable(TLS_LOOK)));
    }

    private static boolean isSuccess(ClassicHttpResponse head) {
        return head.getCode() >= HttpStatus.SC_SUCCESS && head.getCode() < HttpStatus.SC_REDIRECTION;
    }

    private long received() {
        return getEndpointDetails().getReceivedBytesCount();
    }
}
