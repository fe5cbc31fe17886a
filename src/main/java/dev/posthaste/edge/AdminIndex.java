package dev.posthaste.edge;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** The first page of the admin port: what there is to read, and which tasks there are to be told. Thread-safe. */
public final class AdminIndex extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>Posthaste: admin port</title>
            <h1>Posthaste %s: admin port</h1>
            <ul>
            <li><a href="healthcheck?pretty=true">healthcheck</a>: what is wrong with this node, and why
            <li><a href="prometheus">prometheus</a>: figures, as Prometheus reads them
            <li><a href="metrics?pretty=true">metrics</a>: figures as JSON
            <li><a href="threads">threads</a>: what each thread does
            <li><a href="ping">ping</a>: whether the port answers
            </ul>
            <p>Tasks, each told by POST, as in <code>curl -X POST %s/tasks/nodes</code>:</p>
            <ul>
            %s
            </ul>
            <p>docs/operations.md says what they do and take.</p>
            </html>
            """;

    private final String version;
    private final List<String> tasks;

    /** @param tasks their names */
    public AdminIndex(String version, List<String> tasks) {
        this.version = version;
        this.tasks = tasks.stream().sorted().toList();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/html");
        response.setCharacterEncoding("UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Content-Security-Policy", "default-src 'none'");
        String all = tasks.stream().map(task -> "<li><code>" + task + "</code>").collect(Collectors.joining("\n"));
        response.getWriter().write(PAGE.formatted(version, "http://127.0.0.1:" + request.getLocalPort(), all));
    }
}
