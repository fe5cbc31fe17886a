package dev.posthaste.mail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time that one conversation with the mail server has, whatever it is busy with: its socket is made here, and closed when
 * time is up. A server that says one octet every few seconds would hold up whoever waits for each of its replies. One thread
 * converses, another may let time pass.
 */
final class Conversation extends SocketFactory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

    private final Future<?> alarm;
    private @Nullable Socket socket;
    private boolean isOver;

    /** Begins it. */
    Conversation(ScheduledExecutorService timer, Duration time) {
        this.alarm = timer.schedule(this::timeIsUp, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether time was up, whatever was thrown then. */
    synchronized boolean isOver() {
        return isOver;
    }

    private synchronized void timeIsUp() {
        isOver = true;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("The connection to the mail server was gone before its time was up", e);
            }
        }
    }

    @Override
    public synchronized Socket createSocket() throws SocketException {
        if (isOver) {
            throw new SocketException("the conversation's time was up");
        }
        socket = new Socket();
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw connected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw connected();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw connected();
    }

    private static UnsupportedOperationException connected() {
        return new UnsupportedOperationException("a socket is connected by whoever asked for it");
    }

    @Override
    public void close() {
        alarm.cancel(false);
    }
}
