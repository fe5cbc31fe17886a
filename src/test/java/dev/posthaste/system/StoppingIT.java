package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server does between SIGTERM and its end. */
class StoppingIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int TERMINATED = 143;

    private final TestDatabase database = TestDatabase.fresh();
    private final CountDownLatch released = new CountDownLatch(1);
    private final List<ServerProcess> started = new ArrayList<>();
    private RecordingReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        receiver = new RecordingReceiver();
        receiver.script("/held", RecordingReceiver.held(released));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (ServerProcess server : started) {
            server.kill();
        }
        released.countDown();
        receiver.close();
        database.close();
    }

    @Test
    void fromTheFirstMomentItIsNotReadyAndClaimsNothingAndForAWhileItStillAnswersAndASecondSignalEndsThat()
            throws Exception {
        ServerProcess server = start(Map.of("POSTHASTE_ANNOUNCE_STOP", "10m"), "20s", "10m");
        long held = server.api().push(job("/held"));
        await().atMost(SOON).until(() -> receiver.count("/held") == 1);
        assertThat(server.api().get("/api/ready").body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(server.api().get("/api/ready").headers().firstValue("Connection"))
                .isEmpty();

        server.terminate();

        await().atMost(SOON).until(() -> server.api().get("/api/ready").statusCode() == 503);
        HttpResponse<String> ready = server.api().get("/api/ready");
        assertThat(ready.body()).isEqualTo("{\"error\":\"This server is stopping.\"}");
        assertThat(ready.headers().firstValue("Retry-After")).isPresent();
        assertThat(server.api().get("/api/live").statusCode()).isEqualTo(200);
        HttpResponse<String> pushed = server.api().post("/api/jobs", job("/late"));
        assertThat(pushed.statusCode()).isEqualTo(201);
        assertThat(pushed.headers().allValues("Connection")).containsExactly("close");
        await().during(Duration.ofSeconds(1)).until(() -> receiver.count("/late") == 0);
        assertThat(database.number("select count(*) from jobs where status = 'processing'"))
                .isZero();
        assertThat(server.api().job(held).get("status").asText()).isEqualTo("processing");

        server.signal("TERM");

        awaitEnd(server);
        assertThat(server.exitCode()).isEqualTo(TERMINATED);
        assertThat(server.log()).contains("Told to stop again").containsOnlyOnce("Posthaste has stopped; what waits");
        assertThat(database.number("select count(*) from qrtz_scheduler_state"))
                .as("others need not wait for its lease")
                .isZero();
        try (ServerProcess next = start(Map.of(), "2s", "10m")) {
            await().atMost(SOON).until(() -> receiver.count("/late") == 1 && receiver.count("/held") == 2);
            released.countDown();
            next.api().awaitStatus(held, "completed");
        }
    }

    @Test
    void aSecondSignalHastensTheWaitForDeliveriesToo() throws Exception {
        ServerProcess server = start(Map.of(), "20s", "10m");
        server.api().push(job("/held"));
        await().atMost(SOON).until(() -> receiver.count("/held") == 1);
        server.terminate();
        // Idle connections end within a second; then only the delivery is waited for.
        await().atMost(SOON).during(Duration.ofSeconds(3)).until(() -> !isListening(server) && server.isAlive());

        server.terminate();

        awaitEnd(server);
        assertThat(database.number("select count(*) from qrtz_scheduler_state")).isZero();
    }

    @Test
    void aCallWhoseBodyIsOnItsWayIsToldThatTheServerStops() throws Exception {
        ServerProcess server = start(Map.of(), "20s", "20s");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            client.setSoTimeout(60_000);
            send(
                    client,
                    "POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + ServerProcess.TOKEN
                            + "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
            await().atMost(SOON).until(() -> server.api().get("/api/ready").statusCode() == 200);
            server.terminate();

            String answer = readAll(client);

            assertThat(answer)
                    .startsWith("HTTP/1.1 503 ")
                    .contains("Retry-After: ", "Connection: close", "This server is stopping. Try again.");
        }
        awaitEnd(server);
        assertThat(server.exitCode()).isEqualTo(TERMINATED);
    }

    /** Silence is what ends the others. */
    @Test
    void aCallWhoseBodyComesByteByByteIsToldThatTheServerStops() throws Exception {
        ServerProcess server = start(Map.of(), "20s", "20s");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            client.setSoTimeout(100);
            send(
                    client,
                    "POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + ServerProcess.TOKEN
                            + "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
            await().atMost(SOON).until(() -> server.api().get("/api/ready").statusCode() == 200);
            server.terminate();

            StringBuilder answer = new StringBuilder();
            await().atMost(SOON).until(() -> {
                if (answer.length() == 0) {
                    send(client, " ");
                }
                return readOn(client, answer);
            });

            assertThat(answer.toString())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("Retry-After: ", "Connection: close", "This server is stopping. Try again.");
        }
        awaitEnd(server);
    }

    private ServerProcess start(Map<String, String> settings, String checkIn, String stopWithin) throws IOException {
        Map<String, String> all = new HashMap<>(database.settings());
        all.putAll(settings);
        List<String> options = new ArrayList<>(ClassArchive.options());
        options.add("-Ddw.delivery.checkIn=" + checkIn);
        options.add("-Ddw.delivery.lease=60s");
        options.add("-Ddw.delivery.stopWithin=" + stopWithin);
        ServerProcess server = ServerProcess.start(ServerProcess.directory("stopping"), all, options);
        started.add(server);
        return server;
    }

    private String job(String path) {
        return "{\"queue\": \"q\", \"url\": \"" + receiver.url(path) + "\", \"timeout_seconds\": 300}";
    }

    private static boolean isListening(ServerProcess server) {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            return client.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static void awaitEnd(ServerProcess server) {
        await().atMost(SOON).until(() -> !server.isAlive());
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String readAll(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    /** True when the connection has ended. */
    private static boolean readOn(Socket client, StringBuilder answer) throws IOException {
        InputStream in = client.getInputStream();
        try {
            int next = in.read();
            while (next >= 0) {
                answer.append((char) next);
                next = in.read();
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }
}
