package dev.posthaste.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/** Gives back what a call has taken of budgets when its answer has been written, however it ended. Thread-safe. */
final class CallRooms extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try (Rooms rooms = new Rooms(PATIENCE)) {
            rooms.belongTo(request);
            chain.doFilter(request, response);
        }
    }
}
