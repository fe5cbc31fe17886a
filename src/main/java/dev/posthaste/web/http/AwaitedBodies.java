package dev.posthaste.web.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/**
 * Puts calls aside whose bodies have not come when they are needed, and begins them again when they have: no thread waits for
 * a client that sends slowly. Whatever can be said without the body has been said by then. Thread-safe.
 */
public final class AwaitedBodies extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final String PUT_ASIDE = AwaitedBodies.class.getName();

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        request.removeAttribute(PUT_ASIDE);
        chain.doFilter(request, response);
        ArrivingBody body = ArrivingBody.of(request);
        if (body != null && body.isComing()) {
            response.reset();
            request.setAttribute(PUT_ASIDE, true);
            AsyncContext call = request.startAsync();
            // Its pace bounds how long it takes.
            call.setTimeout(0);
            body.await(() -> beginAgain(call, request));
        }
    }

    private static void beginAgain(AsyncContext call, HttpServletRequest request) {
        try {
            call.dispatch();
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // Jetty has noted that it goes on and found no thread for it.
            ServletContextRequest core = ServletContextRequest.getServletContextRequest(request);
            ClientConnection.of(request).execute(() -> core.getContext().run(core.getServletChannel()::handle, core));
        }
    }

    /** Whether a call that leaves will come again. */
    static boolean isPutAside(HttpServletRequest call) {
        return call.getAttribute(PUT_ASIDE) != null;
    }
}
