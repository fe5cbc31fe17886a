package dev.posthaste.httpclient;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server on a plain socket, which may behave as badly as a test likes: one request a connection. */
final class RawServer implements AutoCloseable {
    /** What it does once it has read a request; afterwards it closes the connection. */
    interface Script {
        void run(InputStream in, OutputStream out) throws IOException;
    }

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");
    private static final Semaphore NEVER = new Semaphore(0);

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Script script;
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    RawServer(Script script) throws IOException {
        this.script = script;
        start(this::accept);
    }

    static Script answer(String answer) {
        return (in, out) -> {
            out.write(answer.getBytes(StandardCharsets.UTF_8));
            out.flush();
        };
    }

    /** False once the thread is to end. */
    static boolean pause(Duration pause) {
        try {
            return !NEVER.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return connections.size();
    }

    int count() {
        return requests.size();
    }

    String received(int index) {
        return requests.get(index);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket connection = listener.accept();
                connections.add(connection);
                start(() -> serve(connection));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = connection.getInputStream();
            requests.add(readRequest(in));
            script.run(in, connection.getOutputStream());
        } catch (IOException e) {
            // The client has gone, which is what some tests are about.
        }
    }

    private static String readRequest(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String head = "";
        while (!head.endsWith("\r\n\r\n")) {
            int next = in.read();
            boolean isTls = head.isEmpty() && next == 0x16;
            if (next < 0 || isTls) {
                return head;
            }
            bytes.write(next);
            head = bytes.toString(StandardCharsets.UTF_8);
        }
        Matcher length = LENGTH.matcher(head);
        return length.find()
                ? head + new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8)
                : head;
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }
}
