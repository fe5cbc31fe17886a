package dev.posthaste.httpclient;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;

/**
 * What a connection's octets travel on: a wire, with TLS over it or not. It can be looked at without waiting and without
 * taking anything off it that belongs to an answer. Not thread-safe.
 */
final class Transport {
    /** What lies on it. */
    enum Sight {
        /** Nothing: a request may be sent. */
        QUIET,
        /** The end of the stream. */
        CLOSED,
        /** Bytes that nobody asked for. */
        UNREAD
    }

    private final Wire wire;
    private final @Nullable SSLSocket tls;
    private final Arrivals arrivals;

    /** @param tls the layer over the wire; null for none */
    Transport(Wire wire, @Nullable SSLSocket tls) throws IOException {
        this.wire = wire;
        this.tls = tls;
        this.arrivals = tls == null
                ? new Arrivals(wire.in(), wire::readNow)
                : new Arrivals(tls.getInputStream(), new ThroughTls(wire, tls.getInputStream()));
    }

    Wire wire() {
        return wire;
    }

    Arrivals arrivals() {
        return arrivals;
    }

    /** The streams that HttpCore uses. Before the first octet leaves, nothing may have come. */
    SocketHolder streams() throws IOException {
        Socket socket = wire.channel().socket();
        return tls == null
                ? new Streams(socket, arrivals, new LookingFirst(wire.out(), this))
                : new Streams(tls, socket, arrivals, new LookingFirst(tls.getOutputStream(), this));
    }

    /** Looks at it while nothing is sent or awaited. What has come is lost: anything but quiet is the end of it. */
    Sight look() throws IOException {
        try {
            wire.stopWaiting();
            // Records of TLS may be there that are no bytes of an answer: they are read, not thrown away with the
            // connection.
            return arrivals.looksQuiet() ? Sight.QUIET : arrivals.isAtEnd() ? Sight.CLOSED : Sight.UNREAD;
        } finally {
            wire.waitAgain();
        }
    }

    /** A body that ends with the connection. */
    InputStream untilTheEnd(InputStream in) {
        return tls == null ? in : new EndOfTls(in, wire);
    }

    /** Ends it, but what was written goes out. */
    void closeGently() {
        Closer.closeQuietly(wire.channel());
    }

    /** Nothing that came before anything was sent is an answer. */
    private void requireQuiet() throws IOException {
        Sight sight = arrivals.hasCome() ? Sight.UNREAD : look();
        if (sight == Sight.UNREAD) {
            throw new UnaskedBytesException();
        }
        if (sight == Sight.CLOSED) {
            throw new ConnectionClosedException("The connection was closed before anything was sent.");
        }
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
        private final Transport transport;
        private boolean hasLooked;

        LookingFirst(OutputStream out, Transport transport) {
            super(out);
            this.transport = transport;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!hasLooked) {
                hasLooked = true;
                transport.requireQuiet();
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
