package dev.posthaste.web.http;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP server with some of our filters and a servlet behind them; it never ends a connection by itself. */
public final class ServletServer implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(60);

    static final int THREADS = 20;

    private final Server server = new Server(new QueuedThreadPool(THREADS));
    private final ServerConnector connector = new ServerConnector(server);

    /** @param filters from the outside in */
    public ServletServer(List<Filter> filters, HttpServlet servlet) throws Exception {
        connector.setIdleTimeout(Duration.ofMinutes(10).toMillis());
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        for (Filter filter : filters) {
            FilterHolder holder = new FilterHolder(filter);
            holder.setAsyncSupported(true);
            context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        }
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        server.setHandler(context);
        server.start();
    }

    /** A connection over which that has been sent, by a client whose system keeps little on the way. */
    public Socket send(String begin) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(8 * 1024);
        client.setSoTimeout((int) LONG.toMillis());
        client.connect(new InetSocketAddress("127.0.0.1", connector.getLocalPort()));
        send(client, begin);
        return client;
    }

    static void send(Socket client, String more) throws IOException {
        client.getOutputStream().write(more.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }
}
