package dev.posthaste.httpclient;

import static org.awaitility.Awaitility.await;

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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A server on a plain socket that keeps its connections for as long as its script says. */
final class KeepingServer implements AutoCloseable {
    /** What it does with each request of a connection. */
    interface Script {
        /**
         * Answers.
         *
         * @return false to end the connection
         */
        boolean answer(Request request, Socket connection) throws IOException;
    }

    /**
     * What came.
     *
     * @param number of this request on its connection, from 1
     */
    record Request(String head, String path, String body, int number) {}

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    private final ServerSocket listener = new ServerSocket();
    private final Script script;
    private final @Nullable SSLContext tls;
    private final Map<Socket, Socket> under = new ConcurrentHashMap<>();
    private volatile boolean demands;
    private volatile boolean lingers;
    private volatile String greeting = "";
    private volatile String[] versions = {"TLSv1.3", "TLSv1.2"};
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger opened = new AtomicInteger();
    private final List<String> paths = new CopyOnWriteArrayList<>();

    KeepingServer(Script script) throws IOException {
        this(InetAddress.getLoopbackAddress(), script);
    }

    KeepingServer(InetAddress address, Script script) throws IOException {
        this(address, null, script);
    }

    /** @param tls null for none */
    KeepingServer(InetAddress address, @Nullable SSLContext tls, Script script) throws IOException {
        this.script = script;
        this.tls = tls;
        listener.bind(new InetSocketAddress(address, 0), 500);
        start(this::accept);
    }

    static void write(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        connection.getOutputStream().flush();
    }

    /** From now on connections are of this version of TLS. */
    void speak(String version) {
        versions = new String[] {version};
    }

    /** From now on it says this on each connection before it reads. */
    void greet(String unasked) {
        greeting = unasked;
    }

    /**
     * From now on who connects is to show a certificate.
     *
     * @param reads on, from those who have none, until they have closed
     */
    void demandCertificates(boolean reads) {
        demands = true;
        lingers = reads;
    }

    /** The connection that is under that of TLS. */
    Socket under(Socket connection) {
        return Objects.requireNonNull(under.get(connection));
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return opened.get();
    }

    /** Waits until all who have connected have gone. */
    void awaitNobody() {
        await().until(() -> opened.get() > 0 && connections.isEmpty());
    }

    /** Of the requests that came, in their order. */
    List<String> paths() {
        return List.copyOf(paths);
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
                Socket plain = listener.accept();
                plain.setTcpNoDelay(true);
                opened.incrementAndGet();
                Socket connection = tls == null ? plain : layered(plain, tls);
                connections.add(connection);
                start(() -> serve(connection));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private Socket layered(Socket plain, SSLContext context) throws IOException {
        SSLSocket layered = (SSLSocket) context.getSocketFactory().createSocket(plain, null, !lingers);
        layered.setEnabledProtocols(versions);
        layered.setNeedClientAuth(demands);
        under.put(layered, plain);
        return layered;
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = connection.getInputStream();
            if (!greeting.isEmpty()) {
                write(connection, greeting);
            }
            int number = 0;
            String head = readHead(in);
            while (!head.isEmpty()) {
                number++;
                String path = head.split(" ", 3)[1];
                paths.add(path);
                Matcher length = LENGTH.matcher(head);
                String body = length.find() && !path.startsWith("/early")
                        ? new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8)
                        : "";
                if (!script.answer(new Request(head, path, body, number), connection)) {
                    return;
                }
                head = readHead(in);
            }
        } catch (IOException e) {
            // The client has gone, or was sent away.
            if (lingers) {
                drain(under(connection));
            }
        } finally {
            connections.remove(connection);
        }
    }

    private static void drain(Socket connection) {
        try (connection) {
            connection.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // It has reset it.
        }
    }

    private static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 2) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            bytes.write(next);
            ends = next == '\n' ? ends + 1 : next == '\r' ? ends : 0;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "keeping-server");
        thread.setDaemon(true);
        thread.start();
    }
}
