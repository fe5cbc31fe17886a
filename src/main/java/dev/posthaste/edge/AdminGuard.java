package dev.posthaste.edge;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/**
 * Keeps the pages of other sites, read in an operator's browser, from the admin port. What probes and collectors of metrics
 * ask for is open to any name: they call a server by names that nobody has configured, and learn nothing that is secret.
 */
public final class AdminGuard extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Set<String> OPEN = Set.of("/healthcheck", "/ping", "/metrics");

    private final transient AdminHosts hosts;

    public AdminGuard(AdminHosts hosts) {
        this.hosts = hosts;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String host = request.getHeader("Host");
        boolean isRead = "GET".equals(request.getMethod()) || "HEAD".equals(request.getMethod());
        String path = request.getRequestURI().substring(request.getContextPath().length());
        if (!(isRead && OPEN.contains(path)) && !hosts.isOurs(host)) {
            refuse(
                    response,
                    "The admin port is not called by this name: use an IP address or localhost, or add the name to"
                            + " POSTHASTE_ADMIN_HOSTS (adminHosts).");
        } else if (!isRead && hosts.isForeign(request.getHeader("Origin"), host)) {
            refuse(
                    response,
                    "The admin port takes this from no page of another site: send it without Origin, or from a page under"
                            + " the same name; names that the port may be called by stand in POSTHASTE_ADMIN_HOSTS"
                            + " (adminHosts).");
        } else {
            chain.doFilter(request, response);
        }
    }

    private static void refuse(HttpServletResponse response, String sentence) throws IOException {
        response.setStatus(HttpServletResponse.SC_FORBIDDEN);
        response.setContentType("application/json");
        response.getWriter().print("{\"error\":\"" + sentence + "\"}");
    }
}
