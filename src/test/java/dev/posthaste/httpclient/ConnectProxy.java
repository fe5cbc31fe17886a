package dev.posthaste.httpclient;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy for CONNECT, that knows the names it is told of and refuses others, or does what a script says. */
public final class ConnectProxy implements AutoCloseable {
    /** What it does with a request; afterwards it closes the connection. */
    interface Script {
        void run(Socket connection) throws IOException;
    }

    private static final String ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

    private final ServerSocket listener = new ServerSocket();
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    /** What came over each connection: others come meanwhile. */
    private final Map<Socket, String> asked = new ConcurrentHashMap<>();

    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile Script script;

    public ConnectProxy() throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        script = this::connect;
        start(this::accept);
    }

    /** From now on this authority is this port of loopback. */
    public void knows(String authority, int port) {
        ports.put(authority, port);
    }

    /** From now on this in place of connecting. */
    void does(Script other) {
        script = other;
    }

    /** From now on these bytes in place of connecting. */
    void says(String answer) {
        does(connection -> write(connection, answer));
    }

    /** What it does unless it is told otherwise. */
    void connect(Socket connection) throws IOException {
        Integer port = ports.get(String.valueOf(asked.get(connection)).split(" ", 3)[1]);
        if (port == null) {
            write(connection, "HTTP/1.1 403 Forbidden by rule\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        try (Socket target = new Socket(InetAddress.getLoopbackAddress(), port)) {
            open.add(target);
            write(connection, ESTABLISHED);
            start(() -> pump(target, connection));
            pump(connection, target);
        }
    }

    /**
     * Closes every connection that is open; others are still taken.
     *
     * @param isReset without a farewell
     */
    void cutOff(boolean isReset) throws IOException {
        for (Socket one : open) {
            if (isReset && !one.isClosed()) {
                one.setSoLinger(true, 0);
            }
            one.close();
        }
    }

    /** Of the requests that came, in their order. */
    public List<String> heads() {
        return List.copyOf(heads);
    }

    public int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return open.size();
    }

    static void write(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        connection.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket one : open) {
            one.close();
        }
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket connection = listener.accept();
                open.add(connection);
                start(() -> serve(connection));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            String head = readHead(connection.getInputStream());
            asked.put(connection, head);
            heads.add(head);
            script.run(connection);
        } catch (IOException e) {
            // One of the two has gone.
        }
    }

    private static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the client has gone");
            }
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static void pump(Socket from, Socket into) {
        try (from;
                into) {
            OutputStream out = into.getOutputStream();
            from.getInputStream().transferTo(out);
        } catch (IOException e) {
            // One of the two has gone.
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "connect-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
