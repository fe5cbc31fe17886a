package dev.posthaste.web.http;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.util.thread.Scheduler;

/** What a call came over, for who has to end a wait for its client. Thread-safe. */
final class ClientConnection {
    private final EndPoint endPoint;
    private final Scheduler scheduler;
    private final long usualIdleMillis;

    private ClientConnection(EndPoint endPoint, Scheduler scheduler) {
        this.endPoint = endPoint;
        this.scheduler = scheduler;
        this.usualIdleMillis = endPoint.getIdleTimeout();
    }

    static ClientConnection of(HttpServletRequest call) {
        ConnectionMetaData data =
                ServletContextRequest.getServletContextRequest(call).getConnectionMetaData();
        return new ClientConnection(
                data.getConnection().getEndPoint(), data.getConnector().getScheduler());
    }

    /** Ends it after a while, with what is being written or read, unless that is cancelled. */
    Scheduler.Task endIn(Duration time) {
        return scheduler.schedule(endPoint::close, time);
    }

    /** Its time for silence begins anew with each wait; until {@link #mayBeSilentAsUsual} it is that. */
    void mayBeSilentFor(Duration time) {
        endPoint.setIdleTimeout(Math.max(1, time.toMillis()));
    }

    void mayBeSilentAsUsual() {
        endPoint.setIdleTimeout(usualIdleMillis);
    }

    void end() {
        endPoint.close();
    }
}
