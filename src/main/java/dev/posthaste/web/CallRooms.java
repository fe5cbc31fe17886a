package dev.posthaste.web;

import dev.posthaste.memory.ByteBudget;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The room that calls take in budgets of bytes: whatever a call has taken is given back when its answer has been written,
 * however it ended. Thread-safe.
 */
final class CallRooms extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final String TAKEN = CallRooms.class.getName();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Each of them holds a thread, and the threads are for the others as well. */
    private static final int MOST_WAITING = 200;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        List<ByteBudget.Room> taken = new ArrayList<>(1);
        request.setAttribute(TAKEN, taken);
        try {
            chain.doFilter(request, response);
        } finally {
            taken.forEach(ByteBudget.Room::close);
        }
    }

    /**
     * Takes room for a call, until it has been answered.
     *
     * @throws ApiException 503 when there is none for a while
     */
    static ByteBudget.Room take(HttpServletRequest call, ByteBudget budget, long bytes) {
        try {
            Duration patience = budget.waiting() < MOST_WAITING ? PATIENCE : Duration.ZERO;
            ByteBudget.Room room = budget.take(bytes, patience).orElseThrow(CallRooms::busy);
            taken(call).add(room);
            return room;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
    }

    @SuppressWarnings("unchecked")
    private static List<ByteBudget.Room> taken(HttpServletRequest call) {
        if (call.getAttribute(TAKEN) instanceof List<?> taken) {
            return (List<ByteBudget.Room>) taken;
        }
        throw new IllegalStateException("a call that nobody gives back the room of");
    }

    private static ApiException busy() {
        return ApiException.unavailable("The server is busy with other requests. Try again.");
    }
}
