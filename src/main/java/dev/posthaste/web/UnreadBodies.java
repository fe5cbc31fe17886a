package dev.posthaste.web;

import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what an answer has left of its request's body before the answer goes out. Otherwise the connection would be closed
 * under a client that is still sending, whose system then throws the answer away: it would see a reset in place of a 401
 * or a 413. Bounded, so that nobody can make the server read for ever. Thread-safe.
 */
@PreMatching
@Priority(UnreadBodies.BEFORE_ALL_OTHERS)
final class UnreadBodies implements ContainerRequestFilter, ContainerResponseFilter {
    static final int BEFORE_ALL_OTHERS = 0;

    private static final Logger LOG = LoggerFactory.getLogger(UnreadBodies.class);
    private static final String BODY = UnreadBodies.class.getName();
    private static final int CHUNK_BYTES = 64 * 1024;

    private final long mostBytes;
    private final Duration longest;

    /** @param longest how long to go on reading; a single read may take as long as the server lets a client be silent */
    UnreadBodies(long mostBytes, Duration longest) {
        this.mostBytes = mostBytes;
        this.longest = longest;
    }

    /** Keeps hold of the body: whoever answers may have put another stream in its place. */
    @Override
    public void filter(ContainerRequestContext request) {
        Body body = new Body(request.getEntityStream());
        request.setProperty(BODY, body);
        request.setEntityStream(body);
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(BODY) instanceof Body body && isComing(request, body)) {
            try {
                discard(body);
            } catch (IOException e) {
                LOG.debug("A client went away before it was answered", e);
            }
        }
    }

    /** Nothing comes from a client that waits to be asked for its body, and one that has too much is not waited for. */
    private boolean isComing(ContainerRequestContext request, Body body) {
        return request.getLength() <= mostBytes && (body.wasAskedFor || request.getHeaderString("Expect") == null);
    }

    private void discard(InputStream body) throws IOException {
        if (body.read() < 0) {
            return;
        }
        byte[] chunk = new byte[CHUNK_BYTES];
        long end = System.nanoTime() + longest.toNanos();
        long left = mostBytes;
        while (left > 0 && System.nanoTime() < end) {
            int read = body.read(chunk);
            if (read < 0) {
                return;
            }
            left -= read;
        }
    }

    /** Knows whether anybody has begun to read it, which is when the client is asked for it. */
    private static final class Body extends FilterInputStream {
        private boolean wasAskedFor;

        Body(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            wasAskedFor = true;
            return super.read();
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            wasAskedFor = true;
            return super.read(into, from, length);
        }
    }
}
