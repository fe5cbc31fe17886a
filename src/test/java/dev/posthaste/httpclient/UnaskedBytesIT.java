package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.delivery.Exchange;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.memory.ByteBudget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receivers that speak before they are asked, and answer later what they were asked. */
@Timeout(120)
class UnaskedBytesIT {
    private static final String HOST = "a.test";
    private static final int LARGE = 20_000_000;
    private static final String GREETING = "HTTP/1.1 200 OK\r\nX-Id: greeting\r\nContent-Length: 2\r\n\r\nhi";

    @TempDir
    private static Path directory;

    private static SSLContext context;

    private HttpClientSender sender;

    @BeforeAll
    static void makeCertificate() throws Exception {
        context = SelfSigned.context(directory, HOST);
    }

    @BeforeEach
    void start() {
        sender = Sending.sender(
                host -> new InetAddress[] {InetAddress.getLoopbackAddress()},
                new ByteBudget("answers", 10_000_000),
                context);
    }

    @AfterEach
    void close() {
        sender.close();
    }

    /** One that is written at once, and one that is written in parts. */
    @ParameterizedTest
    @ValueSource(ints = {10, 1_000_000})
    void nothingIsSentOnAFreshConnectionOnWhichSomethingLies(int length) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                SocketChannel channel = SocketChannel.open(listener.getLocalSocketAddress());
                Socket there = listener.accept()) {
            WatchedConnection connection = WatchedConnection.over(new Wire(channel), null, 64 * 1024);
            there.getOutputStream().write(GREETING.getBytes(StandardCharsets.US_ASCII));
            while (channel.socket().getInputStream().available() == 0) {
                Thread.onSpinWait();
            }

            assertThatThrownBy(() -> exchange(connection, length)).isInstanceOf(UnaskedBytesException.class);
            assertThat(there.getInputStream().available()).isZero();
        }
    }

    @Test
    void nothingIsSentOnAFreshConnectionThatHasEnded() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                SocketChannel channel = SocketChannel.open(listener.getLocalSocketAddress());
                Socket there = listener.accept()) {
            WatchedConnection connection = WatchedConnection.over(new Wire(channel), null, 64 * 1024);
            there.shutdownOutput();
            while (!hasEnded(channel)) {
                Thread.onSpinWait();
            }

            assertThatThrownBy(() -> exchange(connection, 10)).isInstanceOf(ConnectionClosedException.class);
            assertThat(there.getInputStream().available()).isZero();
        }
    }

    /** A greeting that comes late cannot be told from an answer; but one is found before long. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGreetingIsAnInvalidResponseAndBehindItTheHostHasNoConnectionsKept(boolean isTls) throws IOException {
        try (KeepingServer there = greeting(isTls)) {
            Exchange found = null;
            for (int i = 0; i < 2_000 && found == null; i++) {
                Exchange exchange = post(there, isTls, "/" + i, 10);
                found = exchange.failure() == FailureReason.INVALID_RESPONSE ? exchange : null;
            }

            assertThat(Objects.requireNonNull(found).message()).contains("before it was asked");
            assertThat(found.answer()).isNull();
            assertThat(post(there, isTls, "/behind", 10)).isNotNull();
            assertThat(sender.kept().count()).isZero();
        }
    }

    /** The receiver reads nothing before it has greeted, and answers when it has read all. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void behindAnAnswerThatBeganBeforeTheRequestWasWholeTheConnectionIsClosed(boolean isTls) throws IOException {
        try (KeepingServer there = greeting(isTls)) {
            for (int i = 1; i <= 4; i++) {
                Exchange exchange = post(there, isTls, "/early", LARGE);

                assertThat(exchange.failure()).isIn(null, FailureReason.INVALID_RESPONSE);
                assertThat(sender.kept().count()).isZero();
                assertThat(there.connections()).isEqualTo(i);
            }
        }
    }

    private KeepingServer greeting(boolean isTls) throws IOException {
        KeepingServer there =
                new KeepingServer(InetAddress.getLoopbackAddress(), isTls ? context : null, (request, connection) -> {
                    connection.getInputStream().readNBytes(request.path().equals("/early") ? LARGE : 0);
                    KeepingServer.write(connection, "HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nreal");
                    return true;
                });
        there.greet(GREETING);
        return there;
    }

    private Exchange post(KeepingServer there, boolean isTls, String path, int length) {
        String url = (isTls ? "https://" : "http://") + HOST + ":" + there.port() + path;
        return Sending.send(sender, "POST", url, "x".repeat(length), Duration.ofSeconds(30));
    }

    private static void exchange(WatchedConnection connection, int length) throws Exception {
        ClassicHttpRequest request = new BasicClassicHttpRequest("POST", "/");
        request.addHeader("Content-Length", length);
        request.setEntity(new InputStreamEntity(new ByteArrayInputStream(new byte[length]), length, null));
        connection.beginExchange(bytes -> 0);
        new RequestExecution().execute(request, connection, null, HttpCoreContext.create());
    }

    private static boolean hasEnded(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        try {
            return channel.read(ByteBuffer.allocate(1)) < 0;
        } finally {
            channel.configureBlocking(true);
        }
    }
}
