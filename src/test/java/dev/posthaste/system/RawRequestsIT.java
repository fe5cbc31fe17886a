package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.testing.ConfigOverride;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.HostPort;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Requests that no client library sends, on both ports. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RawRequestsIT {
    private static final String JOB = "{\"queue\":\"q\",\"url\":\"http://example.com/\",\"delay\":86400}";
    private static final String CHUNKED = Integer.toHexString(JOB.length()) + "\r\n" + JOB + "\r\n0\r\n\r\n";
    private static final String NEXT = "GET /api/health HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.1 ");

    private ServerInside server;

    @BeforeAll
    void start() throws Exception {
        server = new ServerInside(ConfigOverride.config("adminHosts", "operators.example"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aChunkedBodyOfHttp10IsRefusedAndTheConnectionClosed() throws IOException {
        for (int port : ports()) {
            String answer = answersUntilClosed(
                    port, push("HTTP/1.0", "Connection: keep-alive\r\nTransfer-Encoding: chunked") + CHUNKED + NEXT);

            assertThat(answer).startsWith("HTTP/1.1 400 ").endsWith("{\"error\":\"The request is not valid HTTP.\"}");
            assertThat(answers(answer)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip, chunked",
                "gzip,chunked",
                "identity, chunked",
                "gzip\r\nTransfer-Encoding: chunked",
                "\"gzip\", chunked"
            })
    void aCodingThatIsNotUndoneIsRefusedAndTheConnectionClosed(String codings) throws IOException {
        for (int port : ports()) {
            String answer =
                    answersUntilClosed(port, push("HTTP/1.1", "Transfer-Encoding: " + codings) + CHUNKED + NEXT);

            assertThat(answer)
                    .startsWith("HTTP/1.1 501 ")
                    .endsWith("{\"error\":\"The Transfer-Encoding is not supported: only chunked is.\"}");
            assertThat(answers(answer)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"chunked, gzip", "gzip", "chunked, chunked", "xchunked", "", "chunked\r\nContent-Length: 5"})
    void aBodyWhoseEndIsNotCertainHasNoNextRequestBehindIt(String codings) throws IOException {
        for (int port : ports()) {
            String answer =
                    answersUntilClosed(port, push("HTTP/1.1", "Transfer-Encoding: " + codings) + CHUNKED + NEXT);

            assertThat(answer).matches("(?s)HTTP/1\\.1 (400|501) .*\\{\"error\":\"[^\"]+\"}");
            assertThat(answers(answer)).isEqualTo(1);
        }
    }

    @Test
    void aChunkedBodyIsTakenWhateverTheCaseOfItsName() throws IOException {
        String answer = answersUntilClosed(
                server.port(), push("HTTP/1.1", "Connection: close\r\nTransfer-Encoding: Chunked") + CHUNKED);

        assertThat(answer).startsWith("HTTP/1.1 201 ");
    }

    /** A quoted value may hold no end of a line: what takes it for one sees a request where another sees a body. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1;ext=\"val\r\nX\r\n0\r\n\r\n",
                "1;ext=\"val\nX\r\n0\r\n\r\n",
                "1;ext=\"val\nX\n0\n\n",
                "1;ext=\"val\\\r\nX\r\n0\r\n\r\n",
                "1;ext=\"val\rX\r\n0\r\n\r\n",
                "1;ext\nX\r\n0\r\n\r\n"
            })
    void noSecondRequestHidesInAChunksExtension(String chunks) throws IOException {
        for (int port : ports()) {
            String answer = answersUntilClosed(port, push("HTTP/1.1", "Transfer-Encoding: chunked") + chunks + NEXT);

            assertThat(answer).startsWith("HTTP/1.1 4");
            assertThat(answers(answer)).isEqualTo(1);
        }
    }

    @Test
    void theAdminPortRunsNoTasksForPagesOfOtherSites() throws IOException {
        String port = ":" + server.adminPort();

        assertThat(task("Host: evil.example" + port))
                .startsWith("HTTP/1.1 403 ")
                .contains("POSTHASTE_ADMIN_HOSTS (adminHosts)");
        assertThat(task("Host: 127.0.0.1" + port + "\r\nOrigin: http://evil.example"))
                .startsWith("HTTP/1.1 403 ")
                .contains("POSTHASTE_ADMIN_HOSTS (adminHosts)");
        assertThat(admin("GET /threads", "Host: evil.example")).startsWith("HTTP/1.1 403 ");
        assertThat(admin("POST /metrics", "Host: evil.example")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void theAdminPortRunsTasksForItsOperators() throws IOException {
        for (String host : List.of("127.0.0.1", "localhost", "operators.example")) {
            String port = ":" + server.adminPort();
            assertThat(task("Host: " + host + port)).startsWith("HTTP/1.1 200 ");
            assertThat(task("Host: " + host + port + "\r\nOrigin: http://" + host + port))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void theFirstPageOfTheAdminPortNamesThePagesAndTheTasks() throws IOException {
        assertThat(admin("GET /", "Host: 127.0.0.1"))
                .startsWith("HTTP/1.1 200 ")
                .contains("href=\"prometheus\"", "href=\"healthcheck?pretty=true\"", "<code>verify</code>")
                .contains("http://127.0.0.1:" + server.adminPort() + "/tasks/nodes");
        assertThat(admin("GET /", "Host: evil.example")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void probesMayCallTheAdminPortByAnyName() throws IOException {
        for (String path : List.of("/healthcheck", "/ping", "/metrics?pretty=true")) {
            assertThat(admin("GET " + path, "Host: any.example")).startsWith("HTTP/1.1 200 ");
        }
    }

    /** Anybody can send one, as often as he likes. */
    @ParameterizedTest
    @ValueSource(strings = {"a b", "a:b:c", "[::1", "", "a:99999"})
    void aHostThatIsNoneIsRefusedWithoutAWarning(String host) throws IOException {
        for (int port : ports()) {
            assertThat(answersUntilClosed(port, "GET /api/health HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ");
        }
        assertThat(LoggerFactory.getLogger(HostPort.class).isWarnEnabled()).isFalse();
    }

    private List<Integer> ports() {
        return List.of(server.port(), server.adminPort());
    }

    private String task(String headers) throws IOException {
        return admin("POST /tasks/retention", headers + "\r\nContent-Length: 0");
    }

    private String admin(String what, String headers) throws IOException {
        return answersUntilClosed(
                server.adminPort(), what + " HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n");
    }

    /** As a client that writes it in UTF-8 sends it; others with the same letters in another encoding have another key. */
    @Test
    void anIdempotencyKeyIsTheBytesThatCameAndItsLengthIsInCharacters() throws IOException {
        String longest = "\u043a\u043b\u044e\u0447-\u00e9\u4e2d\ud83d\ude00".repeat(28) + "abc";
        assertThat(longest.codePointCount(0, longest.length())).isLessThanOrEqualTo(255);
        List<byte[]> keys = List.of(
                longest.getBytes(StandardCharsets.UTF_8),
                "\ud83d\ude00".repeat(255).getBytes(StandardCharsets.UTF_8),
                "caf\u00e9".getBytes(StandardCharsets.UTF_8),
                "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1),
                "\u00e9".repeat(255).getBytes(StandardCharsets.ISO_8859_1));
        for (byte[] key : keys) {
            assertThat(pushWithKey(key)).startsWith("HTTP/1.1 201 ").doesNotContain("Idempotent-Replayed");
        }
        for (byte[] key : keys) {
            assertThat(pushWithKey(key)).startsWith("HTTP/1.1 201 ").contains("Idempotent-Replayed: true");
        }
    }

    @Test
    void anIdempotencyKeyThatIsTooLongOrCannotBeSeenIsRefused() throws IOException {
        for (byte[] key : List.of(
                "\u4e2d".repeat(256).getBytes(StandardCharsets.UTF_8),
                "\u00e9".repeat(256).getBytes(StandardCharsets.ISO_8859_1))) {
            assertThat(pushWithKey(key))
                    .startsWith("HTTP/1.1 422 ")
                    .contains("The Idempotency-Key field must not be greater than 255 characters.");
        }
        for (byte[] key : List.of(
                "a\u0085b".getBytes(StandardCharsets.UTF_8), "a\u0085b".getBytes(StandardCharsets.ISO_8859_1))) {
            assertThat(pushWithKey(key))
                    .startsWith("HTTP/1.1 422 ")
                    .contains("The Idempotency-Key field must not contain control characters.");
        }
    }

    private String pushWithKey(byte[] key) throws IOException {
        String header = "Idempotency-Key: " + new String(key, StandardCharsets.ISO_8859_1);
        return answersUntilClosed(
                server.port(),
                push("HTTP/1.1", header + "\r\nConnection: close\r\nContent-Length: " + JOB.length()) + JOB);
    }

    private static String push(String version, String headers) {
        return "POST /api/jobs " + version + "\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + ServerProcess.TOKEN
                + "\r\nContent-Type: application/json\r\n" + headers + "\r\n\r\n";
    }

    /** Fails when the server leaves the connection open. */
    private static String answersUntilClosed(int port, String request) throws IOException {
        try (Socket client = new Socket("127.0.0.1", port)) {
            client.setSoTimeout(25_000);
            client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream answer = client.getInputStream();
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static long answers(String text) {
        return ANSWER.matcher(text).results().count();
    }
}
