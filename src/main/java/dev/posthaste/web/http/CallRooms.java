package dev.posthaste.web.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/**
 * Gives back what a call has taken of budgets when its answer has been written, however it ended, and ends the answers of
 * clients that read too slowly. Thread-safe.
 */
public final class CallRooms extends HttpFilter {
    private static final long serialVersionUID = 1L;

    private final Duration patience;
    private final long bytesPerSecond;
    private final Duration slack;

    /**
     * @param patience how long a call waits where there is no room
     * @param bytesPerSecond that a client has to take of its answer
     * @param slack how far a client may fall behind in reading its answer
     */
    public CallRooms(Duration patience, long bytesPerSecond, Duration slack) {
        this.patience = patience;
        this.bytesPerSecond = bytesPerSecond;
        this.slack = slack;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Rooms rooms = Rooms.begin(request, patience);
        try {
            chain.doFilter(
                    request, new PacedAnswer(response, ClientConnection.of(request), new Pace(bytesPerSecond, slack)));
        } finally {
            if (!AwaitedBodies.isPutAside(request)) {
                rooms.close();
            }
        }
    }
}
