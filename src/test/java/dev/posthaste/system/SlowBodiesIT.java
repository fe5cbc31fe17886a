package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.postgres.TestDataDirectory;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowBodiesIT {
    /** More than the server has threads. */
    private static final int MANY = 1_100;

    private static final String LATER = "\"queue\":\"q\",\"url\":\"http://example.com/\",\"delay\":86400";
    private static final int LENGTH = 100_000;

    private final List<Socket> clients = new ArrayList<>();
    private ServerProcess server;

    @BeforeAll
    void start() throws IOException {
        server = ServerProcess.start(TestDataDirectory.fresh());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @AfterEach
    void leave() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        clients.clear();
    }

    @Test
    void manyWhoAreRefusedAndSendSlowlyHoldUpNobodyAndGetTheirAnswers() throws IOException {
        for (int i = 0; i < MANY; i++) {
            clients.add(refused("application/json", "{"));
        }

        assertOthersAreAnswered();
        Socket whole = clients.get(0);
        whole.getOutputStream().write(new byte[LENGTH - 1]);
        assertThat(status(whole)).isEqualTo("HTTP/1.1 401");
        for (Socket client : clients.subList(1, MANY)) {
            assertThat(status(client)).isEqualTo("HTTP/1.1 401");
        }
    }

    @Test
    void manyWhoAnnounceAFormAndSendNothingHoldUpNobody() throws IOException {
        for (int i = 0; i < MANY; i++) {
            clients.add(refused("application/x-www-form-urlencoded", ""));
        }

        assertOthersAreAnswered();
    }

    @Test
    void aConnectionIsUsedAgainAfterARefusalWhoseBodyCame() throws IOException {
        Socket client = refused("application/json", "{");
        clients.add(client);
        client.getOutputStream().write(new byte[LENGTH - 1]);
        client.getOutputStream()
                .write("GET /api/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.ISO_8859_1));

        assertThat(rest(client)).startsWith("HTTP/1.1 401 ").contains("HTTP/1.1 200 OK");
    }

    /** Were the announced length taken before the first byte, neither of the two kinds would leave room. */
    @Test
    void manyWhoSendSlowlyHoldNoRoomForWhatTheyHaveNotSent() throws IOException {
        for (int i = 0; i < 8; i++) {
            clients.add(accepted("/api/jobs/batch", "Content-Length: 16000000", "{"));
        }
        for (int i = 0; i < 200; i++) {
            clients.add(accepted("/api/jobs", "Content-Length: 60000", "{"));
            clients.add(accepted("/api/jobs", "Transfer-Encoding: chunked", "1\r\n{\r\n"));
        }

        String payload = "\"payload\":{\"a\":\"" + "x".repeat(200_000) + "\"}";
        assertThat(server.api().push("{" + LATER + "}")).isPositive();
        assertThat(server.api().push("{" + LATER + "," + payload + "}")).isPositive();
        Socket chunked = accepted("/api/jobs", "Transfer-Encoding: chunked\r\nConnection: close", "");
        clients.add(chunked);
        send(chunked, Integer.toHexString(LATER.length() + 2) + "\r\n{" + LATER + "}\r\n0\r\n\r\n");
        assertThat(status(chunked)).isEqualTo("HTTP/1.1 201");
    }

    @Test
    void whoWaitsToBeAskedForALargeBodyIsAskedAndItIsTaken() throws IOException {
        String batch = "{\"jobs\":[{" + LATER + ",\"payload\":{\"a\":\"" + "x".repeat(15_000_000) + "\"}}]}";
        Socket client = accepted("/api/jobs/batch", "Expect: 100-continue\r\nContent-Length: " + batch.length(), "");
        clients.add(client);

        assertThat(new String(client.getInputStream().readNBytes(25), StandardCharsets.ISO_8859_1))
                .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        send(client, batch);
        send(client, "GET /api/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(rest(client)).startsWith("HTTP/1.1 201 ").contains("HTTP/1.1 200 OK");
    }

    static Stream<Arguments> refused() {
        String token = "Authorization: Bearer " + ServerProcess.TOKEN + "\r\n";
        return Stream.of(
                Arguments.of("POST /api/jobs", "", 401),
                Arguments.of("POST /api/jobx", token, 404),
                Arguments.of("POST /api/jobs/x/replay", token, 404),
                Arguments.of("PUT /api/jobs", token, 405),
                Arguments.of("POST /api/jobs", token + "Content-Type: text/plain\r\n", 415),
                Arguments.of("POST /api/jobs", token + "Idempotency-Key: a\r\nIdempotency-Key: a\r\n", 422),
                Arguments.of("POST /api/jobs/batch", token + "Idempotency-Key: " + "a".repeat(256) + "\r\n", 422),
                Arguments.of("POST /api/jobs", token + "Content-Length: 1048577\r\n", 413));
    }

    /** Some send it all the same; it must not be read as the next request. */
    @ParameterizedTest
    @MethodSource("refused")
    void whoIsRefusedIsNotAskedForHisBodyAndTheConnectionEnds(String line, String headers, int status)
            throws IOException {
        String length = headers.contains("Content-Length") ? "" : "Content-Length: 60\r\n";
        Socket client = new Socket("127.0.0.1", server.port());
        client.setSoTimeout(30_000);
        clients.add(client);
        send(client, line + " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" + headers + length + "\r\n");

        assertThat(rest(client)).startsWith("HTTP/1.1 " + status + " ").contains("Connection: close\r\n");
    }

    @Test
    void whoSendsTooSlowlyIsToldSoAndTheConnectionEnds() throws IOException {
        Socket dripping = accepted("/api/jobs", "Content-Length: 60000", "{");
        Socket silent = accepted("/api/jobs/batch", "Content-Length: 16000000", "{");
        clients.add(dripping);
        clients.add(silent);

        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    send(dripping, " ");
                    return dripping.getInputStream().available() > 0;
                });
        assertTooSlow(dripping);
        assertTooSlow(silent);
    }

    /** The large one has all the room there is for large answers, so that the next one is told when it has been given back. */
    @Test
    void whoLeavesInTheMiddleOfALargeAnswerIsNoErrorOfTheServer() throws IOException {
        String job = "{" + LATER + ",\"payload\":{\"a\":\"" + "x".repeat(15_000_000) + "\"}}";
        long id = Api.json(server.api().post("/api/jobs/batch", "{\"jobs\":[" + job + "]}"))
                .at("/jobs/0/job_id")
                .asLong();
        try (Socket client = new Socket("127.0.0.1", server.port())) {
            send(
                    client,
                    "GET /api/jobs/" + id + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + ServerProcess.TOKEN
                            + "\r\n\r\n");
            assertThat(status(client)).isEqualTo("HTTP/1.1 200");
        }

        assertThat(server.api().get("/api/jobs/" + id).statusCode()).isEqualTo(200);
        assertThat(server.log()).doesNotContain("ERROR");
    }

    private static void assertTooSlow(Socket client) throws IOException {
        assertThat(rest(client))
                .startsWith("HTTP/1.1 408 ")
                .contains("Connection: close")
                .endsWith("\r\n\r\n{\"error\":\"The request took too long.\"}");
    }

    private Socket accepted(String path, String header, String begin) throws IOException {
        Socket client = new Socket("127.0.0.1", server.port());
        client.setSoTimeout(40_000);
        send(
                client,
                "POST " + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + ServerProcess.TOKEN + "\r\n"
                        + header + "\r\n\r\n" + begin);
        return client;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Within less than the server waits for a body: whoever is held up by one is held up for longer. */
    private void assertOthersAreAnswered() {
        await().atMost(Duration.ofSeconds(5))
                .ignoreExceptions()
                .until(() -> server.api().get("/api/health").statusCode() == 200);
    }

    private Socket refused(String type, String begin) throws IOException {
        Socket client = new Socket("127.0.0.1", server.port());
        client.setSoTimeout(30_000);
        String head = "POST /api/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: " + type + "\r\nContent-Length: " + LENGTH
                + "\r\n\r\n" + begin;
        client.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        return client;
    }

    private static String rest(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String status(Socket client) throws IOException {
        return new String(client.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
    }
}
