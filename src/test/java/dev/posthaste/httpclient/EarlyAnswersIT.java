package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.delivery.Exchange;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.memory.ByteBudget;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Receivers that answer while the request is still written, in the clear and through TLS. */
@Timeout(120)
class EarlyAnswersIT {
    private static final String HOST = "a.test";
    private static final int LARGE = 20_000_000;
    private static final int BUFFER = 64 * 1024;
    private static final String REFUSAL = "HTTP/1.1 413 No\r\nX-Id: /early\r\nContent-Length: 0\r\n\r\n";

    @TempDir
    private static Path directory;

    private static SSLContext context;

    private final ByteBudget room = new ByteBudget("answers", 10_000_000);
    private final AtomicInteger received = new AtomicInteger();
    private HttpClientSender sender;

    @BeforeAll
    static void makeCertificate() throws Exception {
        context = SelfSigned.context(directory, HOST);
    }

    @BeforeEach
    void start() {
        sender = Sending.sender(host -> new InetAddress[] {InetAddress.getLoopbackAddress()}, room, context);
    }

    @AfterEach
    void close() {
        sender.close();
    }

    /** As a stream that is piped back: it stops reading while nobody takes what it sends. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReceiverThatSendsBackWhatItReadsReadsToTheEnd(boolean isTls) throws IOException {
        KeepingServer.Script echo = (request, connection) -> {
            KeepingServer.write(connection, "HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
            return echo(connection, false);
        };
        try (KeepingServer there = server(isTls, echo)) {
            Exchange exchange = post(there, isTls, LARGE);

            assertEchoed(exchange);
            assertThat(sender.room().held()).isBetween(1L, 4L * Sending.MAX_BYTES + 4_000);
            exchange.release().run();
            assertThat(sender.room().held()).isZero();
        }
    }

    /** What was written may lie on this machine still. */
    @ParameterizedTest
    @MethodSource("endings")
    void theEndOfAnAnsweredConnectionDoesNotCutTheRequest(boolean isTls, String answer) throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(connection, answer.replace("|", "\r\n"));
            RawServer.pause(Duration.ofMillis(300));
            received.addAndGet(connection.getInputStream().readNBytes(1_000_000).length);
            return false;
        };
        try (KeepingServer there = server(isTls, script)) {
            assertThat(post(there, isTls, 1_000_000).failure()).isNull();
            await().until(() -> received.get() == 1_000_000);
        }
    }

    private static Stream<Arguments> endings() {
        return Stream.of(false, true)
                .flatMap(isTls -> Stream.of(
                                "HTTP/1.1 202 Accepted|Connection: close|Content-Length: 0||",
                                "HTTP/1.0 202 Accepted|Content-Length: 2||ok",
                                "HTTP/1.1 202 Accepted|Content-Length: 200000||" + "y".repeat(200_000),
                                "HTTP/1.1 204 No Content|Content-Length: 2||")
                        .map(answer -> Arguments.of(isTls, answer)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsSentBackInChunksIsReadToo(boolean isTls) throws IOException {
        KeepingServer.Script echo = (request, connection) -> {
            KeepingServer.write(connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            echo(connection, true);
            KeepingServer.write(connection, "0\r\n\r\n");
            return true;
        };
        try (KeepingServer there = server(isTls, echo)) {
            assertEchoed(post(there, isTls, LARGE));
        }
    }

    /** No larger than what is recorded, and so whole. Whether the receiver meant this request is in doubt. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBodyThatComesBeforeTheRequestIsWholeIsRecorded(boolean isTls) throws IOException {
        int length = 90_000;
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(
                    connection, "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + "y".repeat(length));
            readAll(connection);
            return true;
        };
        try (KeepingServer there = server(isTls, script)) {
            for (int i = 0; i < 3; i++) {
                Exchange exchange = post(there, isTls, LARGE);

                assertThat(exchange.failure()).isNull();
                assertThat(Objects.requireNonNull(exchange.answer()).body().text())
                        .isEqualTo("y".repeat(length));
                exchange.release().run();
            }
            assertThat(there.connections()).isEqualTo(3);
            assertThat(sender.room().held()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatComesBehindAnEarlyAnswerIsNobodys(boolean isTls) throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(connection, Misbehaviour.ok(request.path()) + Misbehaviour.ok("/another's"));
            readAll(connection);
            return true;
        };
        try (KeepingServer there = server(isTls, script)) {
            for (int i = 0; i < 3; i++) {
                Exchange exchange = post(there, isTls, LARGE);

                assertThat(exchange.failure()).isNull();
                assertThat(Objects.requireNonNull(exchange.answer()).headers()).containsEntry("X-Id", "/early");
            }
            assertThat(there.connections()).isEqualTo(3);
        }
    }

    /** Also when nothing more can be written by then. */
    @ParameterizedTest
    @CsvSource({"false, 0", "true, 0", "false, 1", "true, 1"})
    void aRefusalIsSeenThoughTheReceiverReadsNoMore(boolean isTls, int afterSeconds) throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            RawServer.pause(Duration.ofSeconds(afterSeconds));
            KeepingServer.write(connection, REFUSAL);
            RawServer.pause(Duration.ofSeconds(60));
            return false;
        };
        try (KeepingServer there = server(isTls, script)) {
            assertThat(post(there, isTls, LARGE).failure()).isEqualTo(FailureReason.HTTP_CLIENT_ERROR);
        }
    }

    @ParameterizedTest
    @MethodSource("parts")
    void aPartOfAHeadDoesNotStopTheWriting(boolean isTls, String part, String rest) throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(connection, part.replace("|", "\r\n"));
            readAll(connection);
            KeepingServer.write(connection, rest.replace("|", "\r\n"));
            return true;
        };
        try (KeepingServer there = server(isTls, script)) {
            for (int i = 0; i < 2; i++) {
                assertThat(post(there, isTls, LARGE).failure()).isNull();
            }
            assertThat(there.connections()).isEqualTo(2);
        }
    }

    private static Stream<Arguments> parts() {
        return Stream.of(false, true)
                .flatMap(isTls -> Stream.of(
                        Arguments.of(isTls, "H", "TTP/1.1 200 OK|Content-Length: 2||ok"),
                        Arguments.of(isTls, "HTTP/1.1 200 OK|", "Content-Length: 2||ok"),
                        Arguments.of(isTls, "HTTP/1.1 200 OK|Content-Le", "ngth: 2||ok"),
                        Arguments.of(isTls, "HTTP/1.1 200 OK|Content-Length: 2||o", "k"),
                        Arguments.of(isTls, "HTTP/1.1 102 Processing|", "|HTTP/1.1 200 OK|Content-Length: 2||ok"),
                        Arguments.of(
                                isTls,
                                "HTTP/1.1 100 Continue||HTTP/1.1 103 Early",
                                " Hints|Link: x||HTTP/1.1 200 OK|Content-Length: 2||ok")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHeadWithoutAnEndIsAnInvalidResponse(boolean isTls) throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(connection, "HTTP/1.1 200 OK\r\n");
            while (true) {
                KeepingServer.write(connection, "X: " + "y".repeat(1_000) + "\r\n");
            }
        };
        try (KeepingServer there = server(isTls, script)) {
            assertThat(post(there, isTls, LARGE).failure()).isEqualTo(FailureReason.INVALID_RESPONSE);
        }
    }

    /** For longer than the test may take. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theDeadlineHoldsAgainstAReceiverThatReadsNothing(boolean isTls) throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            RawServer.pause(Duration.ofMinutes(10));
            return false;
        };
        try (KeepingServer there = server(isTls, script)) {
            assertThat(post(there, isTls, LARGE, Duration.ofSeconds(2)).failure())
                    .isEqualTo(FailureReason.TIMEOUT);
        }
    }

    /** It ends the connection with what it has not read, which is a reset. */
    @ParameterizedTest
    @MethodSource("refusals")
    void anEarlyRefusalIsRead(boolean isTls, int status) throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(connection, REFUSAL.replace("413", String.valueOf(status)));
            return false;
        };
        try (KeepingServer there = server(isTls, script)) {
            for (int i = 0; i < 8; i++) {
                assertThat(post(there, isTls, 4_000_000).failure()).isEqualTo(FailureReason.HTTP_CLIENT_ERROR);
            }
            assertThat(there.paths()).hasSize(8);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void behindAnEarlyRefusalTheConnectionIsNotKept(boolean isTls) throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            if (request.path().equals("/early")) {
                KeepingServer.write(connection, REFUSAL);
                // It goes on reading, like one that means to keep the connection.
                connection.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
            KeepingServer.write(connection, Misbehaviour.ok(request.path()));
            return true;
        };
        try (KeepingServer there = server(isTls, script)) {
            assertThat(post(there, isTls, LARGE).failure()).isEqualTo(FailureReason.HTTP_CLIENT_ERROR);
            assertThat(Sending.send(sender, "POST", url(there, isTls, "/next"), "{}")
                            .failure())
                    .isNull();
            assertThat(there.connections()).isEqualTo(2);
        }
    }

    /** What comes before the body was read: a whole success, its head only, or interim answers. */
    @ParameterizedTest
    @MethodSource("before")
    void anEarlySuccessOrInterimAnswerDoesNotCutTheRequest(boolean isTls, int length, String before, String behind)
            throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(connection, before.replace("|", "\r\n"));
            connection.setSoTimeout(10_000);
            received.addAndGet(connection.getInputStream().readNBytes(length).length);
            KeepingServer.write(connection, behind.replace("|", "\r\n"));
            return true;
        };
        try (KeepingServer there = server(isTls, script)) {
            for (int i = 1; i <= 3; i++) {
                assertThat(post(there, isTls, length).failure()).isNull();
            }
            // The last one may be answered before the receiver has read it all.
            await().until(() -> received.get() == 3 * length);
            if (!behind.isEmpty() && !before.contains(" 200 ")) {
                assertThat(there.connections()).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSuccessOfARequestThatWasCutOffIsNone(boolean isTls) throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            connection.getInputStream().readNBytes(50_000);
            return false;
        };
        try (KeepingServer there = server(isTls, script)) {
            assertThat(post(there, isTls, LARGE).failure()).isEqualTo(FailureReason.CONNECTION_ERROR);
        }
    }

    private static Stream<Arguments> refusals() {
        return Stream.of(false, true).flatMap(isTls -> Stream.of(413, 401).map(status -> Arguments.of(isTls, status)));
    }

    private static List<Arguments> before() {
        List<Arguments> all = new ArrayList<>();
        for (boolean isTls : new boolean[] {false, true}) {
            all.add(Arguments.of(isTls, 300_000, "HTTP/1.1 202 Accepted|Content-Length: 0||", ""));
            all.add(Arguments.of(isTls, 1_000_000, "HTTP/1.1 202 Accepted|Content-Length: 0||", ""));
            all.add(Arguments.of(isTls, 1_000_000, "HTTP/1.1 200 OK|Content-Length: 2||", "ok"));
            String ok = "HTTP/1.1 200 OK|Content-Length: 2||ok";
            all.add(Arguments.of(isTls, 300_000, "HTTP/1.1 100 Continue||", ok));
            all.add(Arguments.of(isTls, 1_000_000, "HTTP/1.1 102 Processing||", ok));
            String interim = "HTTP/1.1 100 Continue||HTTP/1.1 103 Early Hints|Link: x||";
            all.add(Arguments.of(isTls, 1_000_000, interim, ok));
            all.add(Arguments.of(isTls, LARGE, interim, ok));
        }
        return all;
    }

    private void assertEchoed(Exchange exchange) {
        assertThat(exchange.failure()).isNull();
        assertThat(Objects.requireNonNull(exchange.answer()).body().text()).isEqualTo("x".repeat(Sending.MAX_BYTES));
        assertThat(exchange.answer().body().truncated()).isTrue();
        assertThat(received.get()).isEqualTo(LARGE);
    }

    private boolean echo(Socket connection, boolean chunked) throws IOException {
        InputStream in = connection.getInputStream();
        OutputStream out = connection.getOutputStream();
        byte[] piece = new byte[BUFFER];
        for (int count = in.read(piece); count > 0 && received.addAndGet(count) <= LARGE; count = in.read(piece)) {
            if (chunked) {
                KeepingServer.write(connection, Integer.toHexString(count) + "\r\n");
            }
            out.write(piece, 0, count);
            if (chunked) {
                KeepingServer.write(connection, "\r\n");
            }
            if (received.get() == LARGE) {
                return true;
            }
        }
        return false;
    }

    private static void readAll(Socket connection) throws IOException {
        connection.getInputStream().readNBytes(LARGE);
    }

    private KeepingServer server(boolean isTls, KeepingServer.Script script) throws IOException {
        return new KeepingServer(InetAddress.getLoopbackAddress(), isTls ? context : null, script);
    }

    private Exchange post(KeepingServer there, boolean isTls, int length) {
        return post(there, isTls, length, Duration.ofSeconds(40));
    }

    private Exchange post(KeepingServer there, boolean isTls, int length, Duration timeout) {
        return Sending.send(sender, "POST", url(there, isTls, "/early"), "x".repeat(length), timeout);
    }

    private static String url(KeepingServer there, boolean isTls, String path) {
        return (isTls ? "https://" : "http://") + HOST + ":" + there.port() + path;
    }
}
