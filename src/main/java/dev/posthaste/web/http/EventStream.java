package dev.posthaste.web.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.glassfish.jersey.server.ChunkedOutput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer that goes on until somebody ends it: server-sent events (HTML, section 9.2), packed if the client takes that. Between
 * two of them it holds no thread. A client that has not taken the last one yet is not sent the next. Thread-safe.
 */
public final class EventStream {
    /** As {@code Content-Type} has it. */
    public static final String TYPE = "text/event-stream";

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    /** RFC 1952, section 2.3: deflate, no flags, no time, an unknown system. */
    private static final byte[] HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    /** An empty block that is the last one. */
    private static final byte[] LAST_BLOCK = {3, 0};

    private static final int TAIL = LAST_BLOCK.length + 2 * Integer.BYTES;

    private final Output output = new Output();
    private final ClientConnection connection;
    private final boolean isPacked;

    /** Of the packed form, for its end; whoever writes has them. */
    private final CRC32 checksum = new CRC32();

    private long length;
    private boolean hasBegun;

    private boolean isWriting;
    private boolean isEnding;
    private boolean isOver;

    private EventStream(ClientConnection connection, boolean isPacked) {
        this.connection = connection;
        this.isPacked = isPacked;
    }

    /** The answer to a call, not yet begun. */
    public static EventStream to(HttpServletRequest call) {
        return new EventStream(
                ClientConnection.of(call), ContentCodings.takesGzip(call.getHeader(HttpHeaders.ACCEPT_ENCODING)));
    }

    /**
     * Begins with an event, which Jersey sends behind this; until that is done nothing else is. What stands between must hold
     * nothing back: nginx is asked so by a header of its own.
     *
     * @throws IllegalStateException when it has begun or ended
     */
    public Response beginWith(ServerEvent first) {
        if (!mayWrite()) {
            throw new IllegalStateException("An answer begins once");
        }
        try {
            output.write(isPacked ? packed(first) : first.plain());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        output.isHandedOver = true;
        return headers(Response.ok(output, TYPE), isPacked).build();
    }

    /** What a call is answered that wants to know nothing but that. */
    public static Response.ResponseBuilder headers() {
        return headers(Response.ok().type(TYPE), false);
    }

    private static Response.ResponseBuilder headers(Response.ResponseBuilder answer, boolean isPacked) {
        answer.header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                .header("X-Accel-Buffering", "no");
        return isPacked ? answer.header(HttpHeaders.CONTENT_ENCODING, ContentCodings.GZIP) : answer;
    }

    /** Whether its client may still be there. */
    public boolean isOpen() {
        return connection.isOpen() && !output.isClosed();
    }

    /** Sends it in another thread, unless something is still being sent. */
    public void offer(ServerEvent event) {
        if (mayWrite()) {
            connection.execute(() -> write(event));
        }
    }

    /** Ends it, when what is being sent has been; in another thread. */
    public void end() {
        synchronized (this) {
            isEnding = true;
        }
        if (mayEnd()) {
            connection.execute(this::close);
        }
    }

    private synchronized boolean mayWrite() {
        boolean may = !isWriting && !isEnding;
        isWriting |= may;
        return may;
    }

    private synchronized boolean mayEnd() {
        boolean may = isEnding && !isWriting && !isOver;
        isOver |= may;
        return may;
    }

    private void write(ServerEvent event) {
        try {
            output.write(isPacked ? packed(event) : event.plain());
        } catch (IOException | RuntimeException e) {
            LOG.debug("A client takes no more events", e);
            end();
        } finally {
            written();
        }
    }

    private void written() {
        synchronized (this) {
            isWriting = false;
        }
        if (mayEnd()) {
            close();
        }
    }

    private byte[] packed(ServerEvent event) {
        checksum.update(event.plain());
        length += event.plain().length;
        byte[] bytes = event.packed();
        if (hasBegun) {
            return bytes;
        }
        hasBegun = true;
        return ByteBuffer.allocate(HEAD.length + bytes.length)
                .put(HEAD)
                .put(bytes)
                .array();
    }

    private void close() {
        try (output) {
            if (hasBegun && isOpen()) {
                output.write(tail());
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("A client did not take the end of its events", e);
        }
    }

    private byte[] tail() {
        return ByteBuffer.allocate(TAIL)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(LAST_BLOCK)
                .putInt((int) checksum.getValue())
                .putInt((int) length)
                .array();
    }

    /** What Jersey sends; it tells when the first event, which Jersey takes to the client itself, has been. */
    private final class Output extends ChunkedOutput<byte[]> {
        private volatile boolean isHandedOver;
        private volatile boolean hasSentFirst;

        Output() {
            super(byte[].class);
        }

        @Override
        protected void flushQueue() throws IOException {
            boolean isFirst = isHandedOver && !hasSentFirst;
            try {
                super.flushQueue();
            } catch (IOException | RuntimeException e) {
                if (isFirst) {
                    end();
                }
                throw e;
            } finally {
                if (isFirst) {
                    hasSentFirst = true;
                    written();
                }
            }
        }

        /** One is no other. */
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
