package dev.posthaste.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens where nobody may connect, and counts who does. */
final class Canary implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket();
    private final AtomicInteger seen = new AtomicInteger();

    Canary(String address) throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        Thread thread = new Thread(this::listen, "canary");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    int seen() {
        return seen.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                listener.accept().close();
                seen.incrementAndGet();
            } catch (IOException e) {
                // Closed, or somebody who has gone again.
            }
        }
    }
}
