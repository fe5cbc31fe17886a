package dev.posthaste.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Receives anything on any path, prints it and answers. On the JDK's own server: it is for trying things out, and needs
 * nothing of what the real server is built with.
 */
final class Receiver implements AutoCloseable {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final int MAX_BODY = 16 * 1024 * 1024;
    private static final Set<String> FRAMING = Set.of("host", "connection", "content-length");

    private static final Pattern WORD = Pattern.compile("(?<=-)[a-z]");

    /** What every request is answered with, and after how long. */
    record Answering(int status, Duration delay) {}

    private final HttpServer server;
    private final ExecutorService threads;
    private final Answering answering;
    private final @Nullable SignatureCheck signatures;
    private final Consumer<String> console;

    private Receiver(
            HttpServer server, Answering answering, @Nullable SignatureCheck signatures, Consumer<String> console) {
        this.server = server;
        this.threads = Executors.newCachedThreadPool();
        this.answering = answering;
        this.signatures = signatures;
        this.console = console;
    }

    /** @param signatures null when signatures are not to be verified */
    static Receiver start(
            InetSocketAddress address,
            Answering answering,
            @Nullable SignatureCheck signatures,
            Consumer<String> console)
            throws IOException {
        Receiver receiver = new Receiver(HttpServer.create(address, 0), answering, signatures, console);
        receiver.server.createContext("/", receiver::receive);
        receiver.server.setExecutor(receiver.threads);
        receiver.server.start();
        return receiver;
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY);
            print(exchange, body);
            waitBeforeAnswer();
            exchange.sendResponseHeaders(answering.status(), -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void waitBeforeAnswer() throws InterruptedException {
        if (!answering.delay().isZero()) {
            TimeUnit.MILLISECONDS.sleep(answering.delay().toMillis());
        }
    }

    private void print(HttpExchange exchange, byte[] body) {
        StringBuilder text = new StringBuilder();
        text.append(TIME.format(LocalTime.now(ZoneId.systemDefault()))).append("  ");
        text.append(exchange.getRequestMethod()).append(' ').append(exchange.getRequestURI());
        Map<String, List<String>> headers = new TreeMap<>(exchange.getRequestHeaders());
        headers.forEach((name, values) -> {
            if (!FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
                text.append("\n              ").append(spelt(name)).append(": ").append(String.join(", ", values));
            }
        });
        if (signatures != null) {
            text.append("\n              ").append(signatures.verdict(exchange.getRequestHeaders()::getFirst, body));
        }
        if (body.length > 0) {
            text.append("\n              ").append(new String(body, StandardCharsets.UTF_8));
        }
        // One call, so that requests that arrive together are not mixed.
        console.accept(printable(text));
    }

    /** As the pages write it: all that the JDK's server leaves of a name's capitals is the first one. */
    private static String spelt(String name) {
        return name.startsWith("Webhook-") || name.startsWith("Trace")
                ? name.toLowerCase(Locale.ROOT)
                : WORD.matcher(name).replaceAll(word -> word.group().toUpperCase(Locale.ROOT));
    }

    /** A request must not command the terminal that it is shown on. */
    private static String printable(StringBuilder text) {
        return text.toString().replaceAll("[\\p{Cntrl}&&[^\n\t]]", "?");
    }
}
