package dev.posthaste.system;

import dev.posthaste.db.DatabaseTarget;
import dev.posthaste.db.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The line between a server and its database, which a test can cut: every connection breaks and none can be made until it
 * is mended. Or stall: connections stay and none gets anything through. The database itself goes on, as it does when a
 * network fails.
 */
final class DatabaseLine implements AutoCloseable {
    private final DatabaseTarget database;
    private final Map<String, String> settings;
    private final ServerSocket listener;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean isCut;
    private boolean isStalled;

    DatabaseLine(TestDatabase database) throws IOException {
        this.database = database.target();
        this.settings = database.settings();
        this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        threads.execute(this::connect);
    }

    /** What a server's environment says to use the database over this line. */
    Map<String, String> settings() {
        Map<String, String> throughLine = new HashMap<>(settings);
        throughLine.put(
                "POSTHASTE_DATABASE_URL",
                database.jdbcUrl().replaceFirst("//[^/]+/", "//127.0.0.1:" + listener.getLocalPort() + "/"));
        return throughLine;
    }

    void cut() {
        isCut = true;
        ends.forEach(DatabaseLine::hangUp);
    }

    /** Nothing gets through any more, and nobody is told. */
    synchronized void stall() {
        isStalled = true;
    }

    synchronized void mend() {
        isCut = false;
        isStalled = false;
        notifyAll();
    }

    private synchronized void awaitFlow() throws InterruptedException {
        while (isStalled) {
            wait();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
        threads.shutdownNow();
    }

    private void connect() {
        URI target = URI.create(database.jdbcUrl().substring("jdbc:".length()));
        while (!listener.isClosed()) {
            try {
                Socket server = listener.accept();
                Socket there = new Socket(target.getHost(), target.getPort());
                ends.add(server);
                ends.add(there);
                if (isCut) {
                    cut();
                }
                threads.execute(() -> relay(server, there));
                threads.execute(() -> relay(there, server));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void relay(Socket from, Socket to) {
        try (from;
                to;
                InputStream bytes = from.getInputStream()) {
            byte[] buffer = new byte[65_536];
            for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
                awaitFlow();
                to.getOutputStream().write(buffer, 0, count);
            }
        } catch (IOException ignored) {
            // One of the ends has hung up.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ends.remove(from);
        }
    }

    private static void hangUp(Socket end) {
        try {
            // A reset, as from a line that breaks, in place of an orderly end.
            end.setSoLinger(true, 0);
            end.close();
        } catch (IOException ignored) {
            // It is gone already.
        }
    }
}
