package dev.posthaste.web.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/**
 * Reads what an answer has left of its request's body before the answer goes out. The system of a client whose connection
 * is closed while it sends throws the answer away: it would see a reset in place of a 401 or a 413. How much is read and
 * for how long is bounded, and no thread waits meanwhile. Thread-safe.
 */
public final class UnreadBodies extends HttpFilter {
    private static final long serialVersionUID = 1L;

    private final long maxBytes;
    private final Duration max;

    /** @param max how long to go on reading */
    public UnreadBodies(long maxBytes, Duration max) {
        this.maxBytes = maxBytes;
        this.max = max;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!Bodies.hasBody(request)) {
            chain.doFilter(request, response);
            return;
        }
        HeldAnswer answer = new HeldAnswer(response, () -> isWhole(request));
        chain.doFilter(request, answer);
        if (AwaitedBodies.isPutAside(request) || !answer.isHeld()) {
            return;
        }
        if (isComing(request, answer.getStatus())) {
            drain(request, answer);
        } else {
            answer.release();
        }
    }

    private static boolean isWhole(HttpServletRequest request) {
        ArrivingBody body = ArrivingBody.of(request);
        return body != null && body.isWhole();
    }

    /**
     * Nothing comes from a client that waits to be asked for its body, and one that has too much or was too slow is not
     * waited for, nor anybody by a server that stops: his answer would not come any more.
     */
    private boolean isComing(HttpServletRequest request, int status) {
        ArrivingBody body = ArrivingBody.of(request);
        boolean wasAskedFor = body != null && body.wasAskedFor();
        return status != HttpServletResponse.SC_REQUEST_TIMEOUT
                && !ClientConnection.of(request).isStopping()
                && request.getContentLengthLong() <= maxBytes
                && (wasAskedFor || request.getHeader("Expect") == null);
    }

    private void drain(HttpServletRequest request, HeldAnswer answer) throws IOException {
        ServletInputStream content = request.getInputStream();
        AsyncContext call = request.startAsync();
        call.setTimeout(max.toMillis());
        BodyDrain drain = new BodyDrain(call, content, answer, maxBytes);
        call.addListener(drain);
        content.setReadListener(drain);
    }
}
