package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.delivery.Answer;
import dev.posthaste.delivery.Exchange;
import dev.posthaste.delivery.OutboundRequest;
import dev.posthaste.delivery.ResponseText;
import dev.posthaste.egress.EgressRules;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.memory.ByteBudget;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class HttpClientSenderIT {
    private static final int MAX_BYTES = 1_000;

    private final HttpClientSender sender = sender("127.0.0.0/8,::1");
    private @Nullable RawServer server;

    @AfterEach
    void close() throws IOException {
        sender.close();
        if (server != null) {
            server.close();
        }
    }

    @Test
    void theRequestGoesOutAsItWasComposed() throws IOException {
        RawServer there = serve(RawServer.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nX-A: 2\r\n\r\nok"));
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-Odd-CASE", "v");
        headers.put("User-Agent", "Test/1");

        Exchange exchange = sender.send(new OutboundRequest(
                1, "PATCH", url(there, "/a?b=c%20d"), headers, "{\"ä\": 1.0}", Duration.ofSeconds(5)));

        assertThat(exchange.failure()).isNull();
        Answer answer = Objects.requireNonNull(exchange.answer());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("X-A", "1, 2");
        assertThat(answer.body()).isEqualTo(new ResponseText("ok", null, false));
        String received = there.received(0);
        assertThat(received)
                .startsWith("PATCH /a?b=c%20d HTTP/1.1\r\n")
                .contains("x-Odd-CASE: v\r\n", "User-Agent: Test/1\r\n", "Content-Length: 11\r\n")
                .contains("Host: 127.0.0.1:" + there.port() + "\r\n")
                .doesNotContain("Accept-Encoding", "Cookie", "Content-Type", "Expect", "Upgrade")
                .endsWith("\r\n\r\n{\"ä\": 1.0}");
    }

    @Test
    void aBodyGoesOutWithAnyMethod() throws IOException {
        RawServer there = serve(RawServer.answer("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"));
        for (String method : List.of("GET", "DELETE", "PUT", "POST")) {
            assertThat(send(method, url(there, "/"), "{}").failure()).isNull();
        }
        for (int i = 0; i < 4; i++) {
            assertThat(there.received(i)).endsWith("\r\n\r\n{}");
        }
    }

    @Test
    void theStatusDecides() throws IOException {
        assertThat(statusLeadsTo("301 Moved Permanently\r\nLocation: /elsewhere"))
                .isEqualTo(FailureReason.HTTP_REDIRECT);
        assertThat(statusLeadsTo("404 Not Found")).isEqualTo(FailureReason.HTTP_CLIENT_ERROR);
        assertThat(statusLeadsTo("401 Unauthorized\r\nWWW-Authenticate: Basic realm=x"))
                .isEqualTo(FailureReason.HTTP_CLIENT_ERROR);
        assertThat(statusLeadsTo("503 Unavailable\r\nRetry-After: 0")).isEqualTo(FailureReason.HTTP_SERVER_ERROR);
        assertThat(statusLeadsTo("299 Fine")).isNull();
    }

    @Test
    void nothingIsSentTwiceAndNoRedirectIsFollowed() throws IOException {
        RawServer there = serve(
                RawServer.answer(
                        "HTTP/1.1 503 No\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\nSet-Cookie: a=b\r\n\r\n"));

        send("POST", url(there, "/"), "{}");
        assertThat(there.count()).isEqualTo(1);
        send("POST", url(there, "/"), "{}");
        assertThat(there.count()).isEqualTo(2);
        assertThat(there.received(1)).doesNotContain("Cookie");
    }

    @Test
    void aCompressedBodyIsNotInflated() throws IOException {
        RawServer there =
                serve(RawServer.answer("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"));

        Answer answer =
                Objects.requireNonNull(send("GET", url(there, "/"), null).answer());

        assertThat(answer.body().text()).isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Length: 9223372036854775807\r\n"})
    void theRestOfALongBodyIsCutOff(String announcement) throws IOException {
        RawServer there = serve((in, out) -> {
            write(out, "HTTP/1.1 200 OK\r\n" + announcement + "\r\n");
            byte[] chunk = "x".repeat(10_000).getBytes(StandardCharsets.UTF_8);
            while (!Thread.currentThread().isInterrupted()) {
                out.write(chunk);
            }
        });

        Exchange exchange = send("GET", url(there, "/"), null);

        assertThat(exchange.failure()).isNull();
        ResponseText body = Objects.requireNonNull(exchange.answer()).body();
        assertThat(body.truncated()).isTrue();
        assertThat(body.text()).hasSize(MAX_BYTES);
    }

    @Test
    void theDeadlineHoldsAgainstABodyThatDrips() throws IOException {
        RawServer there = serve((in, out) -> drip(out, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x"));

        Exchange exchange = timingOut(there);

        assertThat(Objects.requireNonNull(exchange.answer()).status()).isEqualTo(200);
        assertThat(Objects.requireNonNull(exchange.answer()).body().text()).startsWith("x");
    }

    @Test
    void theDeadlineHoldsAgainstHeadersThatDrip() throws IOException {
        timingOut(serve((in, out) -> drip(out, "HTTP/1.1 200 OK\r\nX-Long: ", "x")));
    }

    @Test
    void theDeadlineHoldsAgainstInterimAnswersWithoutEnd() throws IOException {
        timingOut(serve((in, out) -> drip(out, "", "HTTP/1.1 100 Continue\r\n\r\n")));
    }

    @Test
    void theDeadlineHoldsAgainstAServerThatSaysNothing() throws IOException {
        timingOut(serve((in, out) -> in.readAllBytes()));
    }

    @Test
    void theDeadlineHoldsAgainstATlsHandshakeThatHangs() throws IOException {
        RawServer there = serve((in, out) -> in.readAllBytes());
        TargetUrl url =
                TargetUrl.parse("https://127.0.0.1:" + there.port() + "/").orElseThrow();

        Exchange exchange = sender.send(new OutboundRequest(1, "GET", url, Map.of(), null, Duration.ofMillis(500)));

        assertThat(exchange.failure()).isEqualTo(FailureReason.TIMEOUT);
    }

    @Test
    void whatIsNotHttpIsAnInvalidResponse() throws IOException {
        assertThat(reasonOf("SSH-2.0-OpenSSH_9.2\r\n\r\n")).isEqualTo(FailureReason.INVALID_RESPONSE);
        assertThat(reasonOf("HTTP/1.1 000 Odd\r\n\r\n")).isEqualTo(FailureReason.INVALID_RESPONSE);
        assertThat(reasonOf("HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000) + "\r\n\r\n"))
                .isEqualTo(FailureReason.INVALID_RESPONSE);
        assertThat(reasonOf("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(1_000) + "\r\n"))
                .isEqualTo(FailureReason.INVALID_RESPONSE);
        assertThat(reasonOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))
                .isEqualTo(FailureReason.INVALID_RESPONSE);
    }

    @Test
    void aConnectionThatBreaksIsAConnectionError() throws IOException {
        assertThat(reasonOf("")).isEqualTo(FailureReason.CONNECTION_ERROR);
        assertThat(reasonOf("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"))
                .isEqualTo(FailureReason.CONNECTION_ERROR);
        assertThat(reasonOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"))
                .isEqualTo(FailureReason.CONNECTION_ERROR);
        int closedPort;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closedPort = socket.getLocalPort();
        }
        TargetUrl refused =
                TargetUrl.parse("http://127.0.0.1:" + closedPort + "/").orElseThrow();
        assertThat(send("GET", refused, null).failure()).isEqualTo(FailureReason.CONNECTION_ERROR);
    }

    @Test
    void aServerThatSpeaksNoTlsIsAnSslError() throws IOException {
        RawServer there = serve(RawServer.answer("HTTP/1.1 400 No TLS here\r\nContent-Length: 0\r\n\r\n"));
        TargetUrl url =
                TargetUrl.parse("https://127.0.0.1:" + there.port() + "/").orElseThrow();

        assertThat(send("GET", url, null).failure()).isEqualTo(FailureReason.SSL_ERROR);
    }

    @Test
    void anUnknownNameIsADnsError() {
        TargetUrl url = TargetUrl.parse("http://nowhere.invalid/").orElseThrow();

        assertThat(send("GET", url, null).failure()).isEqualTo(FailureReason.DNS_ERROR);
    }

    /** Its lookup may end a moment before the deadline is noticed, or behind it. */
    @Test
    void aNameThatIsNotLookedUpInTimeIsATimeout() {
        CountDownLatch never = new CountDownLatch(1);
        try (HttpClientSender silent = Sending.sender(host -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(host);
        })) {
            for (int i = 0; i < 20; i++) {
                assertThat(Sending.send(silent, "GET", "http://silent" + i + ".test/", null, Duration.ofMillis(50))
                                .failure())
                        .isEqualTo(FailureReason.TIMEOUT);
            }
        }
        OutboundRequest request = new OutboundRequest(
                1, "GET", TargetUrl.parse("http://a.test/").orElseThrow(), Map.of(), null, Duration.ofSeconds(1));
        UnknownHostException late = new UnknownHostException("a.test");
        late.initCause(new TimeoutException());
        assertThat(ExchangeFailure.of(late, request).reason()).isEqualTo(FailureReason.TIMEOUT);
    }

    @Test
    void aBlockedAddressNeverSeesAConnection() throws IOException {
        RawServer there = serve(RawServer.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        try (HttpClientSender strict = sender("")) {
            for (String host : List.of("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]")) {
                TargetUrl url = TargetUrl.parse("http://" + host + ":" + there.port() + "/")
                        .orElseThrow();
                Exchange exchange =
                        strict.send(new OutboundRequest(1, "GET", url, Map.of(), null, Duration.ofSeconds(5)));
                assertThat(exchange.failure()).as(host).isEqualTo(FailureReason.BLOCKED_ADDRESS);
            }
        }
        assertThat(there.connections()).isZero();
    }

    private static HttpClientSender sender(String allowed) {
        EgressRules rules = new EgressRules(EgressRules.parseAllowed(allowed), Set.of(), List.of());
        return new HttpClientSender(
                rules,
                InetAddress::getAllByName,
                InstantSource.system(),
                new ByteBudget("answers", 1_000_000),
                8,
                new AnswerLimits(64 * 1024, MAX_BYTES),
                null);
    }

    private @Nullable FailureReason statusLeadsTo(String status) throws IOException {
        return reasonOf("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
    }

    private @Nullable FailureReason reasonOf(String answer) throws IOException {
        try (RawServer there = new RawServer((in, out) -> write(out, answer))) {
            return send("GET", url(there, "/"), null).failure();
        }
    }

    private Exchange timingOut(RawServer there) {
        Exchange exchange =
                sender.send(new OutboundRequest(1, "GET", url(there, "/"), Map.of(), null, Duration.ofMillis(500)));
        assertThat(exchange.failure()).isEqualTo(FailureReason.TIMEOUT);
        return exchange;
    }

    private Exchange send(String method, TargetUrl url, @Nullable String body) {
        return sender.send(new OutboundRequest(1, method, url, Map.of(), body, Duration.ofSeconds(10)));
    }

    private RawServer serve(RawServer.Script script) throws IOException {
        RawServer started = new RawServer(script);
        server = started;
        return started;
    }

    private static TargetUrl url(RawServer server, String path) {
        return TargetUrl.parse("http://127.0.0.1:" + server.port() + path).orElseThrow();
    }

    private static void drip(OutputStream out, String first, String drop) throws IOException {
        write(out, first);
        while (RawServer.pause(Duration.ofMillis(20))) {
            write(out, drop);
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
