package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.delivery.Exchange;
import dev.posthaste.delivery.OutboundRequest;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.memory.ByteBudget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with a certificate for {@code a.test}, and a sender that trusts it. */
@Timeout(60)
class TlsIT {
    @TempDir
    private static Path directory;

    private final List<String> names = new CopyOnWriteArrayList<>();
    private final List<SSLSocket> connections = new CopyOnWriteArrayList<>();
    private SSLContext context;
    private SSLServerSocket listener;
    private HttpClientSender sender;
    private volatile String behind = "";

    @BeforeEach
    void start() throws Exception {
        context = SelfSigned.context(directory, "a.test");
        listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(this::accept, "tls-server");
        accepting.setDaemon(true);
        accepting.start();
        sender = Sending.sender(
                host -> new InetAddress[] {InetAddress.getLoopbackAddress()},
                new ByteBudget("answers", 1_000_000),
                context);
    }

    @AfterEach
    void close() throws IOException {
        sender.close();
        listener.close();
    }

    /** JSSE's servers refuse such a greeting, others do not: what goes out is looked at on the wire. */
    @Test
    void aNameWithAnUnderscoreIsAskedFor() throws Exception {
        CompletableFuture<String> greeting = new CompletableFuture<>();
        RawServer.Script script =
                (in, out) -> greeting.complete(new String(in.readNBytes(200), StandardCharsets.ISO_8859_1));
        try (RawServer there = new RawServer(script)) {
            Sending.send(sender, "POST", "https://a_b.test:" + there.port() + "/", "", Duration.ofSeconds(30));
            assertThat(greeting.get(30, TimeUnit.SECONDS)).contains("a_b.test");
        }
    }

    @Test
    void aNameWithAnUnderscoreIsVerified() throws Exception {
        TlsLayer layer = new TlsLayer(context);
        Certificate certificate = SelfSigned.certificate(directory, "a_b.test");

        assertThatNoException().isThrownBy(() -> layer.verify("a_b.test", certificate));
        assertThatThrownBy(() -> layer.verify("c_d.test", certificate)).isInstanceOf(SSLException.class);
    }

    @Test
    void anInternationalisedNameIsAskedForAndVerifiedAsItWasPushed() throws Exception {
        String name = "xn--bcher-kva.test";
        SSLContext its = SelfSigned.context(directory, name);
        KeepingServer.Script script = (request, connection) -> {
            ExtendedSSLSession session = (ExtendedSSLSession) ((SSLSocket) connection).getSession();
            session.getRequestedServerNames()
                    .forEach(asked -> names.add(new String(asked.getEncoded(), StandardCharsets.US_ASCII)));
            KeepingServer.write(connection, Misbehaviour.ok(request.path()));
            return true;
        };
        try (KeepingServer there = new KeepingServer(InetAddress.getLoopbackAddress(), its, script);
                HttpClientSender trusting = Sending.sender(
                        host -> new InetAddress[] {InetAddress.getLoopbackAddress()},
                        new ByteBudget("answers", 1_000_000),
                        its)) {
            assertThat(Sending.send(trusting, "POST", "https://" + name + ":" + there.port() + "/", "")
                            .failure())
                    .isNull();
            assertThat(names).containsExactly(name);
            assertThat(Sending.send(trusting, "POST", "https://xn--bcher-kvb.test:" + there.port() + "/", "")
                            .failure())
                    .isEqualTo(FailureReason.SSL_ERROR);
        }
    }

    @Test
    void aWrongNameIsRefused() {
        assertThat(get("b.test").failure()).isEqualTo(FailureReason.SSL_ERROR);
    }

    @Test
    void theDotThatEndsANameIsNoPartOfIt() {
        assertThat(get("a.test.").failure()).isNull();
        assertThat(names).containsExactly("a.test");
    }

    @Test
    void aConnectionIsKeptThroughTheRecordsOfTls() {
        for (int i = 0; i < 20; i++) {
            assertThat(get("a.test").failure()).isNull();
        }
        assertThat(connections).hasSize(1);
    }

    @Test
    void whatLiesBehindAnAnswerIsNobodysThroughTlsToo() {
        behind = "HTTP/1.1 500 Another's\r\nContent-Length: 0\r\n\r\n";
        for (int i = 0; i < 12; i++) {
            assertThat(get("a.test").failure()).isNull();
        }
    }

    @Test
    void aCloseIsSeenThroughTlsToo() throws Exception {
        for (int i = 0; i < 12; i++) {
            assertThat(get("a.test").failure()).isNull();
            SSLSocket last = connections.get(connections.size() - 1);
            last.close();
        }
    }

    /** Anybody on the way can end a connection (RFC 9112, section 9.8). */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aBodyThatGoesOnUntilTheEndIsWholeOnlyIfTlsSaysSo(String version) throws Exception {
        for (int length : new int[] {0, 2, 5_000, Sending.MAX_BYTES}) {
            String answer = "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(length);

            Exchange whole = answered(version, answer, false);
            assertThat(whole.failure()).isNull();
            assertThat(body(whole)).hasSize(length);

            Exchange cut = answered(version, answer, true);
            assertThat(cut.failure()).isEqualTo(FailureReason.CONNECTION_ERROR);
            assertThat(body(cut)).hasSize(length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aBodyWhoseEndIsKnownIsWholeWhateverTlsSays(String version) throws Exception {
        for (String answer : List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n")) {
            assertThat(answered(version, answer, true).failure()).isNull();
        }
    }

    /** The receiver, or something on the way, ends the connection in the middle of a request. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theEndOfTheConnectionIsNoFaultOfTls(String version) throws Exception {
        assertThat(failureOf(
                        version, (there, connection) -> there.under(connection).close()))
                .isEqualTo(FailureReason.CONNECTION_ERROR);
        assertThat(failureOf(
                        version, (there, connection) -> there.under(connection).setSoLinger(true, 0)))
                .isEqualTo(FailureReason.CONNECTION_ERROR);
        assertThat(failureOf(
                        version, (there, connection) -> there.under(connection).shutdownOutput()))
                .isEqualTo(FailureReason.CONNECTION_ERROR);
        assertThat(failureOf(version, (there, connection) -> connection.shutdownOutput()))
                .isEqualTo(FailureReason.CONNECTION_ERROR);
        assertThat(failureOf(version, (there, connection) -> connection.close()))
                .isEqualTo(FailureReason.CONNECTION_ERROR);
    }

    @Test
    void aResetInsteadOfAGreetingIsNoFaultOfTls() throws Exception {
        CompletableFuture<Void> isReset = new CompletableFuture<>();
        try (ServerSocket there = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread resetting = new Thread(() -> {
                try (Socket connection = there.accept()) {
                    connection.getInputStream().read();
                    connection.setSoLinger(true, 0);
                    isReset.complete(null);
                } catch (IOException e) {
                    isReset.completeExceptionally(e);
                }
            });
            resetting.start();
            Exchange exchange = Sending.send(
                    sender, "POST", "https://a.test:" + there.getLocalPort() + "/", "", Duration.ofSeconds(20));

            assertThat(isReset).succeedsWithin(Duration.ofSeconds(10));
            assertThat(exchange.failure()).isEqualTo(FailureReason.CONNECTION_ERROR);
        }
    }

    /** As some Javas tell of it. */
    @Test
    void aResetThatIsWrappedInAnExceptionOfTlsIsNoneOfItsFaults() {
        OutboundRequest request = new OutboundRequest(
                1, "POST", TargetUrl.parse("https://a.test/").orElseThrow(), Map.of(), "", Duration.ofSeconds(1));
        SocketException reset = new SocketException("Connection reset");

        assertThat(ExchangeFailure.of(new SSLException("Connection reset", reset), request)
                        .reason())
                .isEqualTo(FailureReason.CONNECTION_ERROR);
        IOException broken = new IOException("Broken pipe");
        assertThat(ExchangeFailure.of(new SSLException("Broken pipe", broken), request)
                        .reason())
                .isEqualTo(FailureReason.CONNECTION_ERROR);
        assertThat(ExchangeFailure.of(new SSLException("bad certificate"), request)
                        .reason())
                .isEqualTo(FailureReason.SSL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whatIsNoTlsInTheMiddleOfARequestIsAnSslError(String version) throws Exception {
        assertThat(failureOf(version, (there, connection) -> {
                    KeepingServer.write(there.under(connection), "HTTP/1.1 400 This is no TLS\r\n\r\n".repeat(2_000));
                    RawServer.pause(Duration.ofSeconds(5));
                }))
                .isEqualTo(FailureReason.SSL_ERROR);
    }

    /** It says so when the request is under way: under version 1.3 the client is done with the greetings by then. */
    @ParameterizedTest
    @CsvSource({"TLSv1.2,false", "TLSv1.2,true", "TLSv1.3,false", "TLSv1.3,true"})
    void aReceiverThatDemandsACertificateIsAnSslError(String version, boolean lingers) throws Exception {
        KeepingServer.Script never = (request, connection) -> false;
        try (KeepingServer there = new KeepingServer(InetAddress.getLoopbackAddress(), context, never);
                HttpClientSender without = Sending.sender(
                        host -> new InetAddress[] {InetAddress.getLoopbackAddress()},
                        new ByteBudget("answers", 1_000_000),
                        SelfSigned.trusting(directory, "a.test"))) {
            there.speak(version);
            there.demandCertificates(lingers);
            for (int length : new int[] {2, 20_000, 5_000_000, 2, 20_000, 5_000_000}) {
                String url = "https://a.test:" + there.port() + "/";
                Exchange exchange = Sending.send(without, "POST", url, "x".repeat(length), Duration.ofSeconds(20));

                assertThat(exchange.failure()).as("%s octets", length).isEqualTo(FailureReason.SSL_ERROR);
                assertThat(exchange.message()).contains("certificate");
            }
        }
    }

    /** What a receiver does when it has read the head of a large request. */
    private interface Act {
        void on(KeepingServer there, Socket connection) throws IOException;
    }

    private FailureReason failureOf(String version, Act act) throws IOException {
        CompletableFuture<KeepingServer> self = new CompletableFuture<>();
        KeepingServer.Script script = (request, connection) -> {
            act.on(self.join(), connection);
            return false;
        };
        try (KeepingServer there = new KeepingServer(InetAddress.getLoopbackAddress(), context, script)) {
            there.speak(version);
            self.complete(there);
            String url = "https://a.test:" + there.port() + "/early";
            Exchange exchange = Sending.send(sender, "POST", url, "x".repeat(20_000_000), Duration.ofSeconds(20));
            return Objects.requireNonNull(exchange.failure());
        }
    }

    private Exchange answered(String version, String answer, boolean isCut) throws IOException {
        CompletableFuture<KeepingServer> self = new CompletableFuture<>();
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(connection, answer);
            if (isCut) {
                self.join().under(connection).close();
            }
            return false;
        };
        try (KeepingServer there = new KeepingServer(InetAddress.getLoopbackAddress(), context, script)) {
            there.speak(version);
            self.complete(there);
            String url = "https://a.test:" + there.port() + "/";
            Exchange exchange = Sending.send(sender, "POST", url, "", Duration.ofSeconds(20));
            exchange.release().run();
            return exchange;
        }
    }

    private static String body(Exchange exchange) {
        return Objects.requireNonNull(exchange.answer()).body().text();
    }

    private Exchange get(String host) {
        // A POST: it would not be sent again.
        return Sending.send(
                sender, "POST", "https://" + host + ":" + listener.getLocalPort() + "/", "", Duration.ofSeconds(10));
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                SSLSocket connection = (SSLSocket) listener.accept();
                Thread serving = new Thread(() -> serve(connection), "tls-connection");
                serving.setDaemon(true);
                serving.start();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(SSLSocket connection) {
        try (connection) {
            connection.startHandshake();
            ExtendedSSLSession session = (ExtendedSSLSession) connection.getSession();
            session.getRequestedServerNames()
                    .forEach(name -> names.add(new String(name.getEncoded(), StandardCharsets.US_ASCII)));
            connections.add(connection);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + behind;
                    connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException e) {
            // The client has gone, or refused.
        }
    }
}
