package dev.posthaste.web.http;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a call came over, for who has to end a wait for its client. Thread-safe. */
final class ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    /** Until there may be a thread again. */
    private static final Duration BUSY = Duration.ofMillis(50);

    private final EndPoint endPoint;
    private final Scheduler scheduler;
    private final Executor threads;
    private final BooleanSupplier isStopping;
    private final long usualIdleMillis;

    /** @param isStopping whether the server takes no more calls */
    ClientConnection(EndPoint endPoint, Scheduler scheduler, Executor threads, BooleanSupplier isStopping) {
        this.endPoint = endPoint;
        this.scheduler = scheduler;
        this.threads = threads;
        this.isStopping = isStopping;
        this.usualIdleMillis = endPoint.getIdleTimeout();
    }

    static ClientConnection of(HttpServletRequest call) {
        ConnectionMetaData data =
                ServletContextRequest.getServletContextRequest(call).getConnectionMetaData();
        Connector connector = data.getConnector();
        return new ClientConnection(
                data.getConnection().getEndPoint(),
                connector.getScheduler(),
                connector.getExecutor(),
                connector::isShutdown);
    }

    /** Ends it after a while, with what is being written or read, unless that is cancelled. */
    Scheduler.Task endIn(Duration time) {
        return scheduler.schedule(endPoint::close, time);
    }

    /** Runs what goes on with its call, as soon as there is a thread or a place in the line for one. */
    void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            LOG.debug("There is neither a thread nor a place in the line for a call that was put aside", e);
            scheduler.schedule(() -> execute(task), BUSY);
        }
    }

    /** Whether silence is no fault of its client: connections are closed early. */
    boolean isStopping() {
        return isStopping.getAsBoolean();
    }

    boolean isOpen() {
        return endPoint.isOpen();
    }

    Scheduler.Task schedule(Runnable task, Duration in) {
        return scheduler.schedule(task, in);
    }

    /** Until {@link #mayBeSilentAsUsual} a wait for it fails when it has been silent for that long. */
    void mayBeSilentFor(Duration time) {
        endPoint.setIdleTimeout(time.toMillis());
    }

    void mayBeSilentAsUsual() {
        endPoint.setIdleTimeout(usualIdleMillis);
    }

    void end() {
        endPoint.close();
    }
}
