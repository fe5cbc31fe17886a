package dev.posthaste.web.http;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.thread.Scheduler;

/** What a call came over, for who has to end a wait for its client. Thread-safe. */
final class ClientConnection {
    private final EndPoint endPoint;
    private final Scheduler scheduler;
    private final Executor threads;
    private final long usualIdleMillis;

    ClientConnection(EndPoint endPoint, Scheduler scheduler, Executor threads) {
        this.endPoint = endPoint;
        this.scheduler = scheduler;
        this.threads = threads;
        this.usualIdleMillis = endPoint.getIdleTimeout();
    }

    static ClientConnection of(HttpServletRequest call) {
        ConnectionMetaData data =
                ServletContextRequest.getServletContextRequest(call).getConnectionMetaData();
        Connector connector = data.getConnector();
        return new ClientConnection(
                data.getConnection().getEndPoint(), connector.getScheduler(), connector.getExecutor());
    }

    /** Ends it after a while, with what is being written or read, unless that is cancelled. */
    Scheduler.Task endIn(Duration time) {
        return scheduler.schedule(endPoint::close, time);
    }

    /** Runs what goes on with its call, on the thread that asks for it where no other takes it. */
    void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
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
