package dev.posthaste.web.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.util.thread.Scheduler;

/** What a call came over, for who has to end a wait for its client. Thread-safe. */
final class ClientConnection {
    private final EndPoint endPoint;
    private final Scheduler scheduler;

    private ClientConnection(EndPoint endPoint, Scheduler scheduler) {
        this.endPoint = endPoint;
        this.scheduler = scheduler;
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

    /**
     * Reads, waiting for the client no longer than that; a cause of the failure is then a
     * {@link java.util.concurrent.TimeoutException}, as it is when the connection's own time for silence is over.
     */
    int readWithin(Duration time, Read read) throws IOException {
        // Its time for silence begins anew with each wait.
        long usual = endPoint.getIdleTimeout();
        endPoint.setIdleTimeout(Math.max(1, time.toMillis()));
        try {
            return read.some();
        } finally {
            endPoint.setIdleTimeout(usual);
        }
    }

    void end() {
        endPoint.close();
    }

    /** Reads what there is, at least one byte, or finds the end. */
    interface Read {
        int some() throws IOException;
    }
}
