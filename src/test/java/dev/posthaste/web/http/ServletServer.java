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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/** The HTTP server with some of our filters and a servlet behind them; it never ends a connection by itself. */
public final class ServletServer implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(60);

    static final int THREADS = 20;

    /** Nobody who asks is further away. */
    private static final int FRAMES = 12;

    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicBoolean isClosing = new AtomicBoolean();
    private final AtomicBoolean isFailing = new AtomicBoolean();
    private final ArrayByteBufferPool.Tracking buffers = new ArrayByteBufferPool.Tracking();
    private final Server server = new Server(new RefusingPool(), new ClosingScheduler(), buffers);
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

    /** There are so often no threads for what our filters ask for. */
    void refuse(int times) {
        refusals.set(times);
    }

    /** Whether all of those were asked for. */
    boolean hasRefused() {
        return refusals.get() == 0;
    }

    /** From now on a connection is closed when its client begins to be waited for. */
    void closeWhoIsWaitedFor() {
        isClosing.set(true);
    }

    /** From now on it is an error to wait for a client. */
    void failWhoWaits() {
        isFailing.set(true);
    }

    /** How many buffers nobody has given back. */
    int buffersHeld() {
        return buffers.getLeaks().size();
    }

    /** What it knows of each connection, for whoever wonders why a call does not go on. */
    String connections() {
        return connector.getConnectedEndPoints().stream()
                .map(EndPoint::toString)
                .collect(Collectors.joining(
                        "\n", connector.getConnectedEndPoints().size() + " connections\n", ""));
    }

    /** Stops as a server does that lets its calls end. */
    void stop() {
        server.setStopTimeout(LONG.toMillis());
        LifeCycle.stop(server);
    }

    @Override
    public void close() {
        server.setStopTimeout(0);
        LifeCycle.stop(server);
    }

    private static boolean isAskedBy(Class<?> one) {
        return StackWalker.getInstance()
                .walk(frames -> frames.limit(FRAMES)
                        .anyMatch(frame -> frame.getClassName().equals(one.getName())));
    }

    private final class RefusingPool extends QueuedThreadPool {
        RefusingPool() {
            super(THREADS);
        }

        @Override
        public void execute(Runnable task) {
            boolean isOurs = isAskedBy(ClientConnection.class) || isAskedBy(AwaitedBodies.class);
            if (isOurs && refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new RejectedExecutionException("none left");
            }
            super.execute(task);
        }
    }

    private final class ClosingScheduler extends ScheduledExecutorScheduler {
        @Override
        public Task schedule(Runnable task, long delay, TimeUnit unit) {
            if (isClosing.get() && isAskedBy(SendingDeadline.class)) {
                connector.getConnectedEndPoints().forEach(EndPoint::close);
            }
            if (isFailing.get() && isAskedBy(SendingDeadline.class)) {
                throw new OutOfMemoryError("none left");
            }
            return super.schedule(task, delay, unit);
        }
    }
}
