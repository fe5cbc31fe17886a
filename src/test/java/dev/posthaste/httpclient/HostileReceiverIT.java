package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.delivery.Exchange;
import dev.posthaste.delivery.OutboundRequest;
import dev.posthaste.egress.EgressRules;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.memory.ByteBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Receivers that mean harm. This is a test about time: each attempt ends a second after its deadline at the latest. Behind each
 * of them the only connection that there may be is free again, and little was read of what they sent.
 */
class HostileReceiverIT {
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    /** A second, and what a busy machine takes beside. */
    private static final Duration LATEST = DEADLINE.plusSeconds(1).plusSeconds(1);

    private static final int MAX_BYTES = 64 * 1024;

    /** What the systems at both ends keep of what nobody reads, several times over. */
    private static final long MAX_SENT = 64L << 20;

    private final ByteBudget answers = new ByteBudget("answers", 1_000_000);
    private final AtomicLong sent = new AtomicLong();
    private final HttpClientSender sender = new HttpClientSender(
            new EgressRules(EgressRules.parseAllowed("127.0.0.0/8"), Set.of(), List.of()),
            InetAddress::getAllByName,
            InstantSource.system(),
            answers,
            1,
            new AnswerLimits(64 * 1024, MAX_BYTES),
            null);

    @AfterEach
    void close() {
        sender.close();
    }

    @ParameterizedTest
    @EnumSource(Hostility.class)
    void endsInTimeWithItsReasonAndLeavesNothingBehind(Hostility hostility) throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            if (request.path().equals("/behaves")) {
                KeepingServer.write(connection, Misbehaviour.ok(request.path()));
                return true;
            }
            hostility.attack(connection, sent);
            return false;
        };
        try (KeepingServer there = new KeepingServer(script)) {
            Exchange attacked = post(there, "/attacks", DEADLINE);

            assertThat(attacked.failure()).isEqualTo(hostility.failure);
            assertThat(attacked.took()).isLessThan(LATEST);
            assertThat(sent.get()).isLessThan(MAX_SENT);
            if (attacked.answer() != null) {
                assertThat(attacked.answer().body().text()).hasSizeLessThanOrEqualTo(MAX_BYTES * 4 / 3 + 4);
            }
            attacked.release().run();
            await().until(() -> answers.held() == 0);
            Exchange next = post(there, "/behaves", Duration.ofSeconds(20));
            assertThat(next.failure()).as("the connection's place is free").isNull();
            next.release().run();
        }
    }

    /** A megabyte of zeros in a kilobyte: what is kept is what came. */
    @Test
    void aBombIsNeverInflated() throws IOException {
        byte[] bomb = bomb();
        KeepingServer.Script script = (request, connection) -> {
            OutputStream out = connection.getOutputStream();
            out.write(("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(bomb);
            return true;
        };
        try (KeepingServer there = new KeepingServer(script)) {
            Exchange exchange = post(there, "/bomb", Duration.ofSeconds(20));

            assertThat(exchange.failure()).isNull();
            assertThat(Objects.requireNonNull(exchange.answer()).body().encoding())
                    .isEqualTo("base64");
            assertThat(java.util.Base64.getDecoder()
                            .decode(exchange.answer().body().text()))
                    .isEqualTo(bomb);
        }
    }

    private Exchange post(KeepingServer there, String path, Duration deadline) {
        TargetUrl url =
                TargetUrl.parse("http://127.0.0.1:" + there.port() + path).orElseThrow();
        return sender.send(new OutboundRequest(1, "POST", url, Map.of(), "{}", deadline));
    }

    private static byte[] bomb() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zipped = new GZIPOutputStream(bytes)) {
            zipped.write(new byte[1 << 20]);
        }
        return bytes.toByteArray();
    }

    /** How it does harm, and what comes of that; the ones without a reason end as a success with what was read. */
    private enum Hostility {
        HEAD_DRIPS(FailureReason.TIMEOUT, "HTTP/1.1 200 OK\r\nX: ", "y", 20),
        HEADERS_WITHOUT_END(FailureReason.INVALID_RESPONSE, "HTTP/1.1 200 OK\r\n", "X-Y: z\r\n", 0),
        ONE_HEADER_WITHOUT_END(FailureReason.INVALID_RESPONSE, "HTTP/1.1 200 OK\r\nX: ", "y".repeat(1_000), 0),
        STATUS_LINE_WITHOUT_END(FailureReason.INVALID_RESPONSE, "HTTP/1.1 200 ", "O".repeat(1_000), 0),
        INTERIM_ANSWERS_WITHOUT_END(
                FailureReason.INVALID_RESPONSE, "", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 0),
        INTERIM_ANSWERS_DRIP(FailureReason.TIMEOUT, "", "HTTP/1.1 100 Continue\r\n\r\n", 20),
        BODY_DRIPS(FailureReason.TIMEOUT, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x", 20),
        CHUNKS_DRIP(FailureReason.TIMEOUT, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 20),
        CHUNK_SIZE_WITHOUT_END(
                FailureReason.INVALID_RESPONSE,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "0".repeat(1_000),
                0),
        EXTENSION_WITHOUT_END(
                FailureReason.INVALID_RESPONSE,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
                "a".repeat(1_000),
                0),
        TRAILERS_WITHOUT_END(
                FailureReason.INVALID_RESPONSE,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                "X-Y: z\r\n",
                0),
        BODY_WITHOUT_END(null, "HTTP/1.1 200 OK\r\n\r\n", "x".repeat(10_000), 0),
        CHUNKS_WITHOUT_END(
                null,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "2710\r\n" + "x".repeat(10_000) + "\r\n",
                0),
        TINY_CHUNKS_WITHOUT_END(
                null, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n".repeat(500), 0),
        LENGTH_OF_ALL_MEMORY(
                null, "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n", "x".repeat(10_000), 0),
        MORE_THAN_ITS_LENGTH(null, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "x".repeat(10_000), 0),
        LESS_THAN_ITS_LENGTH(FailureReason.CONNECTION_ERROR, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", null, 0),
        SILENCE_BEFORE_ALL(FailureReason.TIMEOUT, "", "", 20),
        SILENCE_IN_HEAD(FailureReason.TIMEOUT, "HTTP/1.1 200 OK\r\nContent-Le", "", 20),
        SILENCE_IN_BODY(FailureReason.TIMEOUT, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", "", 20),
        SILENCE_IN_CHUNK(FailureReason.TIMEOUT, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok", "", 20),
        SILENCE_BEFORE_LAST_CHUNK(
                FailureReason.TIMEOUT, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", "", 20),
        RESET_BEFORE_ALL(FailureReason.CONNECTION_ERROR, "", null, -1),
        RESET_IN_STATUS_LINE(FailureReason.CONNECTION_ERROR, "HTTP/1.1 2", null, -1),
        RESET_IN_HEAD(FailureReason.CONNECTION_ERROR, "HTTP/1.1 200 OK\r\nX: y", null, -1),
        RESET_IN_BODY(FailureReason.CONNECTION_ERROR, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", null, -1),
        RESET_IN_CHUNK(
                FailureReason.CONNECTION_ERROR,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok",
                null,
                -1);

        private final @Nullable FailureReason failure;
        private final String first;
        private final @Nullable String again;
        private final int pauseMillis;

        /**
         * Says something, then something else for as long as anybody listens.
         *
         * @param again null to end the connection instead
         * @param pauseMillis between the pieces; less than none to reset the connection at its end
         */
        Hostility(@Nullable FailureReason failure, String first, @Nullable String again, int pauseMillis) {
            this.failure = failure;
            this.first = first;
            this.again = again;
            this.pauseMillis = pauseMillis;
        }

        void attack(Socket connection, AtomicLong sent) throws IOException {
            KeepingServer.write(connection, first);
            if (again == null) {
                if (pauseMillis < 0) {
                    // What was said so far is to arrive before the reset overtakes it.
                    RawServer.pause(Duration.ofMillis(50));
                    connection.setSoLinger(true, 0);
                }
                return;
            }
            if (again.isEmpty()) {
                InputStream in = connection.getInputStream();
                in.readAllBytes();
                return;
            }
            byte[] piece = again.getBytes(StandardCharsets.ISO_8859_1);
            boolean goesOn = true;
            while (goesOn) {
                connection.getOutputStream().write(piece);
                sent.addAndGet(piece.length);
                goesOn = pauseMillis == 0 || RawServer.pause(Duration.ofMillis(pauseMillis));
            }
        }
    }
}
