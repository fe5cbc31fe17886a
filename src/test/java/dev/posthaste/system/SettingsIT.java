package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dropwizard.testing.ConfigOverride;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits that are set hold as they are set, seen from outside. Each value is such that by default another one would. */
class SettingsIT {
    private static final String ASKED = "GET /api/health HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void aBodyLargerThanIsAllowedIsRefused() throws Exception {
        ServerInside server = server("intake.maxRequestBytes=2KiB", "intake.maxBatchBytes=4KiB");
        Api api = new Api(server.port(), ServerProcess.TOKEN);

        assertThat(api.post("/api/jobs", job(1_000)).statusCode()).isEqualTo(201);
        assertThat(api.post("/api/jobs", job(2_100)).statusCode()).isEqualTo(413);
        assertThat(api.post("/api/jobs/batch", "{\"jobs\": [" + job(3_000) + "]}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(api.post("/api/jobs/batch", "{\"jobs\": [" + job(4_100) + "]}")
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void aHeadLargerThanIsAllowedIsRefused() throws Exception {
        ServerInside server = server("server.applicationConnectors[0].maxRequestHeaderSize=2KiB");

        assertThat(answerTo(server, "X: " + "x".repeat(1_000))).startsWith("HTTP/1.1 200 ");
        assertThat(answerTo(server, "X: " + "x".repeat(3_000))).startsWith("HTTP/1.1 431 ");
    }

    /** A default of 10 s would let it go on for longer than is waited here. */
    @Test
    void aHeadThatTakesLongerThanIsAllowedLosesItsConnection() throws Exception {
        Socket client = connect(server("callers.headWithin=1s"));
        send(client, "GET / HTTP/1.1\r\nX: ");
        client.setSoTimeout(50);

        await().atMost(Duration.ofSeconds(8))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    try {
                        send(client, "x");
                        return client.getInputStream().read() < 0;
                    } catch (SocketTimeoutException e) {
                        return false;
                    } catch (IOException e) {
                        return true;
                    }
                });
    }

    @Test
    void aConnectionThatIsSilentForLongerThanIsAllowedIsClosed() throws Exception {
        Socket client = connect(server("server.applicationConnectors[0].idleTimeout=1s"));
        client.setSoTimeout(15_000);

        assertThat(client.getInputStream().read()).isNegative();
    }

    /** Three times the default is too slow for them. */
    @Test
    void whoSendsMoreSlowlyThanIsAllowedIsToldSo() throws Exception {
        Socket client = connect(server("callers.minBytesPerSecond=4MiB"));
        send(
                client,
                "POST /api/jobs/batch HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + ServerProcess.TOKEN
                        + "\r\nContent-Type: application/json\r\nContent-Length: 16000000\r\n\r\n{");
        String some = " ".repeat(20 * 1024);

        await().atMost(LONG).pollInterval(Duration.ofMillis(100)).until(() -> {
            send(client, some);
            return client.getInputStream().available() > 0;
        });

        assertThat(new String(client.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1))
                .isEqualTo("HTTP/1.1 408");
    }

    @Test
    void noMoreConnectionsAreTakenThanAreAllowed() throws Exception {
        ServerInside server = server("callers.maxConnections=16");
        List<Socket> first = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            first.add(connect(server));
            send(first.get(i), "GET /api/health HTTP/1.1\r\nX: ");
        }
        Socket waiting = connect(server);
        send(waiting, ASKED);
        waiting.setSoTimeout(1_000);
        // Those are closed when they have been silent for 2 s: until then nobody else is heard.
        assertThat(answers(waiting)).isFalse();

        first.get(0).close();

        waiting.setSoTimeout((int) LONG.toMillis());
        assertThat(answers(waiting)).isTrue();
    }

    @Test
    void oneAddressMayHaveAsManyConnectionsAsAreAllowedAndItsOthersAreClosed() throws Exception {
        ServerInside server = server("callers.maxConnectionsPerAddress=3");
        List<Socket> first = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            first.add(connect(server));
            send(first.get(i), ASKED);
            assertThat(answers(first.get(i))).isTrue();
        }

        assertThat(connect(server).getInputStream().read()).isNegative();
        Socket other =
                new Socket(InetAddress.getByName("127.0.0.1"), server.port(), InetAddress.getByName("127.0.0.2"), 0);
        open.add(other);
        send(other, ASKED);
        assertThat(answers(other)).as("another address").isTrue();

        first.get(0).close();
        await().atMost(LONG).ignoreExceptions().until(() -> {
            Socket again = connect(server);
            again.setSoTimeout(5_000);
            send(again, ASKED);
            return answers(again);
        });
    }

    @Test
    void ofAnAnswerNoMoreIsTakenThanIsAllowed() throws Exception {
        ServerInside server = server(
                "delivery.maxResponseBytes=10B",
                "delivery.maxResponseHeadBytes=2KiB",
                "delivery.egressAllow=127.0.0.0/8");
        Api api = new Api(server.port(), ServerProcess.TOKEN);
        RecordingReceiver receiver = new RecordingReceiver();
        open.add(receiver);
        receiver.script("/body", (exchange, count) -> {
            exchange.sendResponseHeaders(200, 20);
            exchange.getResponseBody().write("0123456789abcdefghij".getBytes(StandardCharsets.US_ASCII));
        });
        receiver.script("/head", (exchange, count) -> {
            exchange.getResponseHeaders().set("X", "x".repeat(3_000));
            exchange.sendResponseHeaders(200, -1);
        });

        JsonNode body = api.awaitStatus(push(api, receiver.url("/body")), "completed");
        JsonNode head = api.awaitStatus(push(api, receiver.url("/head")), "failed");

        assertThat(body.at("/runs/0/response_body").asText()).isEqualTo("0123456789");
        assertThat(body.at("/runs/0/response_truncated").asBoolean()).isTrue();
        assertThat(head.at("/runs/0/failure_reason").asText()).isEqualTo("invalid_response");
    }

    private static long push(Api api, String url) {
        return api.push("{\"queue\": \"q\", \"url\": \"" + url + "\", \"retry_delays\": []}");
    }

    /** Settings as {@code name=value}, of a server of its own. */
    private ServerInside server(String... settings) throws Exception {
        ServerInside server = new ServerInside(Stream.of(settings)
                .map(setting -> setting.split("=", 2))
                .map(setting -> ConfigOverride.config(setting[0], setting[1]))
                .toArray(ConfigOverride[]::new));
        open.add(server);
        return server;
    }

    private Socket connect(ServerInside server) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port());
        client.setSoTimeout((int) LONG.toMillis());
        open.add(client);
        return client;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        client.getOutputStream().flush();
    }

    /** Whether an answer begins before the socket's timeout. */
    private static boolean answers(Socket client) throws IOException {
        try {
            return client.getInputStream().read() == 'H';
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private String answerTo(ServerInside server, String header) throws IOException {
        Socket client = connect(server);
        send(client, "GET /api/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + header + "\r\n\r\n");
        return new String(client.getInputStream().readNBytes(13), StandardCharsets.ISO_8859_1);
    }

    private static String job(int length) {
        String rest = "{\"queue\": \"q\", \"url\": \"http://a.test/\", \"delay\": 86400, \"body\": \"";
        return rest + "x".repeat(length - rest.length() - 2) + "\"}";
    }
}
