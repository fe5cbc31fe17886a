package dev.posthaste.system;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** A receiver that keeps what arrives, and answers by a script for each path; 200 without one. */
public final class RecordingReceiver implements AutoCloseable {
    /** What arrived. */
    public record Arrival(Instant at, String method, String path, Map<String, List<String>> headers, String body) {
        /** The value of a header that must be there, once; its name in whatever case. */
        public String header(String name) {
            List<String> values = headers.getOrDefault(asKept(name), List.of());
            if (values.size() != 1) {
                throw new AssertionError(name + " of " + path + " is " + values + " among " + headers.keySet());
            }
            return values.get(0);
        }

        public boolean hasHeader(String name) {
            return headers.containsKey(asKept(name));
        }

        private static String asKept(String name) {
            return name.substring(0, 1).toUpperCase(Locale.ROOT)
                    + name.substring(1).toLowerCase(Locale.ROOT);
        }
    }

    /** How a path answers. */
    public interface Script {
        void answer(HttpExchange exchange, int count) throws IOException, InterruptedException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, List<Arrival>> arrivals = new HashMap<>();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private volatile boolean keepsBodies = true;

    public RecordingReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        server.createContext("/", this::receive);
        server.setExecutor(threads);
        server.start();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** How many have arrived, without copying them. */
    public synchronized int count(String path) {
        return arrivals.getOrDefault(path, List.of()).size();
    }

    /** For many large ones: what arrives is read, counted and thrown away. */
    public void keepNoBodies() {
        keepsBodies = false;
    }

    public void script(String path, Script script) {
        scripts.put(path, script);
    }

    public synchronized List<Arrival> arrivals(String path) {
        return List.copyOf(arrivals.getOrDefault(path, List.of()));
    }

    public static Script status(int status) {
        return (exchange, count) -> exchange.sendResponseHeaders(status, -1);
    }

    /** With a body, and with headers that are given as name and value in turn. */
    public static Script answering(int status, String body, String... headers) {
        return answering(status, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    public static Script answering(int status, byte[] body, String... headers) {
        return (exchange, count) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        };
    }

    /** The first answer once, then the other one for ever. */
    public static Script once(Script first, Script then) {
        return (exchange, count) -> (count == 1 ? first : then).answer(exchange, count);
    }

    /** One after the other, then the last one for ever. */
    public static Script statuses(int... statuses) {
        return (exchange, count) -> exchange.sendResponseHeaders(statuses[Math.min(count, statuses.length) - 1], -1);
    }

    /** Answers nobody until then. */
    public static Script held(CountDownLatch released) {
        return (exchange, count) -> {
            released.await();
            exchange.sendResponseHeaders(200, -1);
        };
    }

    /** How often each job has arrived, by its id. */
    public Map<Long, Long> timesSent(String path) {
        return arrivals(path).stream()
                .collect(Collectors.groupingBy(
                        arrival -> Long.valueOf(
                                arrival.headers().get("X-posthaste-job-id").get(0)),
                        Collectors.counting()));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            byte[] read = exchange.getRequestBody().readAllBytes();
            String body = keepsBodies ? new String(read, StandardCharsets.UTF_8) : "";
            int count;
            synchronized (this) {
                List<Arrival> here = arrivals.computeIfAbsent(path, ignored -> new ArrayList<>());
                here.add(new Arrival(
                        Instant.now(),
                        exchange.getRequestMethod(),
                        path,
                        Map.copyOf(exchange.getRequestHeaders()),
                        body));
                count = here.size();
            }
            scripts.getOrDefault(path, status(200)).answer(exchange, count);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
