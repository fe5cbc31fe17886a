package dev.posthaste.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.posthaste.httpclient.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of the edge on a server of Jetty's, by sockets. */
class EdgeIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int ROOM = 4;
    private static final String ASKED = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final Server server = new Server();
    private final List<Socket> clients = new ArrayList<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicBoolean isLeaving = new AtomicBoolean();
    private ServerConnector api;
    private ServerConnector admin;
    private ServerConnector tls;
    private SSLContext selfSigned;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        api = connector(new ServerConnector(server), "application");
        admin = connector(new ServerConnector(server), "admin");
        SslContextFactory.Server keys = new SslContextFactory.Server();
        selfSigned = SelfSigned.ofLoopback(directory);
        keys.setSslContext(selfSigned);
        tls = connector(new ServerConnector(server, keys), "application");
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                Content.Source.consumeAll(request);
                if (request.getHttpURI().getPath().equals("/slow")) {
                    asked.countDown();
                    released.await();
                }
                response.write(true, StandardCharsets.US_ASCII.encode("here"), callback);
                return true;
            }
        });
        server.addEventListener(new Edge(
                new CallerRules(Duration.ofSeconds(3), Integer.MAX_VALUE, Integer.MAX_VALUE),
                new ConnectionRoom(ROOM, 1),
                isLeaving::get));
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        released.countDown();
        for (Socket client : clients) {
            client.close();
        }
        server.stop();
    }

    @Test
    void aHeadThatComesByteByByteIsCutOffOnEveryConnector() throws Exception {
        for (Socket client : List.of(connect(api), connect(admin), encrypted())) {
            send(client, "GET / HTTP/1.1\r\nX: ");

            awaitEndWhileSending(client, "a");
        }
    }

    @Test
    void emptyLinesBeforeAHeadBelongToIt() throws IOException {
        awaitEndWhileSending(connect(api), "\r\n");
    }

    @Test
    void aHandshakeThatComesByteByByteIsCutOff() throws IOException {
        Socket client = connect(tls);
        // A record of a handshake that is 16,000 bytes long.
        client.getOutputStream().write(new byte[] {22, 3, 1, 62, (byte) 128});

        awaitEndWhileSending(client, "\1");
    }

    @Test
    void theNextHeadOnAKeptConnectionHasTheDeadlineToo() throws IOException {
        Socket client = connect(api);
        ask(client);

        send(client, "GET / HT");

        awaitEndWhileSending(client, "T");
    }

    /** Time is what it is about. A look while the body comes must not be taken for the beginning of the next head. */
    @Test
    void theDeadlineOfAHeadBehindASlowBodyBeginsWithTheHead() throws Exception {
        Socket client = connect(api);
        send(client, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\na");
        pass(Duration.ofMillis(1_600));
        send(client, "b");
        assertAnswered(client);
        pass(Duration.ofSeconds(4));

        send(client, "GET / HTTP/1.1\r\nHost: local");
        pass(Duration.ofMillis(1_600));
        send(client, "host\r\n\r\n");

        assertAnswered(client);
    }

    /** On a connection that was made before, to a call that came before. */
    @Test
    void whoShouldGoElsewhereIsToldSoByTheAnswerToACallThatCameBefore() throws Exception {
        Socket kept = connect(api);
        ask(kept);
        send(kept, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");

        isLeaving.set(true);
        released.countDown();

        String answer = new String(kept.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .contains("Connection: close")
                .endsWith("here");
    }

    /** A reset would tell its client nothing. */
    @Test
    void aCallThatHasNotEndedWhenItsConnectionIsAboutToBeClosedIsToldThatTheServerStops() throws Exception {
        server.setStopTimeout(2_000);
        Socket slow = connect(api);
        send(slow, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

        Thread stopping = new Thread(() -> {
            try {
                server.stop();
            } catch (Exception e) {
                // Jetty tells so that a call did not end.
            }
        });
        stopping.start();

        String answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(answer)
                .startsWith("HTTP/1.1 503 ")
                .contains("Retry-After: 2", "Connection: close")
                .endsWith("look before you repeat anything else.\"}");
        released.countDown();
        stopping.join();
    }

    @Test
    void whoIsOneTooManyWaitsForNoneThatIsIdle() throws Exception {
        for (int i = 0; i < ROOM; i++) {
            ask(connect(api));
        }

        ask(connect(api));
    }

    @Test
    void aCallThatTakesLongIsAnsweredThoughAllConnectionsAreTaken() throws Exception {
        Socket slow = connect(api);
        send(slow, "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
        for (int i = 1; i < ROOM; i++) {
            ask(connect(api));
        }
        ask(connect(api));

        released.countDown();
        assertAnswered(slow);
    }

    @Test
    void silenceBetweenRequestsIsTheIdleTimeoutsMatter() throws Exception {
        Socket plain = connect(api);
        Socket encrypted = encrypted();
        ask(plain);
        ask(encrypted);
        Socket late = connect(api);
        send(late, "GET");

        awaitEndWhileSending(late, "T");

        ask(plain);
        ask(encrypted);
    }

    @Test
    void whoIsOneTooManyWaitsUntilAnotherGoes() throws Exception {
        List<Socket> first = new ArrayList<>();
        for (int i = 0; i < ROOM; i++) {
            first.add(connect(api));
            ask(first.get(i));
        }
        Socket waiting = connect(api);
        send(waiting, ASKED);
        ask(connect(admin));

        assertThat(api.getConnectedEndPoints()).hasSize(ROOM);
        assertThat(waiting.getInputStream().available()).isZero();
        first.get(0).close();

        assertAnswered(waiting);
    }

    /** A connection with TLS is two to Jetty, one in the other. */
    @Test
    void connectionsWithTlsAreCountedOnceAndGivenBackOnce() throws Exception {
        for (int i = 0; i < 3 * ROOM; i++) {
            Socket client = encrypted();
            ask(client);
            client.close();
        }
        await().atMost(LONG).until(() -> tls.getConnectedEndPoints().isEmpty());
        for (int i = 0; i < ROOM; i++) {
            ask(encrypted());
        }
        Socket waiting = connect(tls);

        ask(connect(admin));
        assertThat(tls.getConnectedEndPoints()).hasSize(ROOM);
        waiting.close();
    }

    private ServerConnector connector(ServerConnector connector, String name) {
        connector.setHost("127.0.0.1");
        connector.setName(name);
        server.addConnector(connector);
        return connector;
    }

    private static void pass(Duration time) {
        await().pollDelay(time).atMost(LONG).until(() -> true);
    }

    private Socket connect(ServerConnector connector) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort());
        client.setSoTimeout((int) LONG.toMillis());
        clients.add(client);
        return client;
    }

    private Socket encrypted() throws IOException {
        Socket client = selfSigned.getSocketFactory().createSocket(connect(tls), "localhost", tls.getLocalPort(), true);
        clients.add(client);
        return client;
    }

    private static void ask(Socket client) throws IOException {
        send(client, ASKED);
        assertAnswered(client);
    }

    private static void assertAnswered(Socket client) throws IOException {
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("here") < 0) {
            int next = client.getInputStream().read();
            assertThat(next).as("after " + answer).isNotNegative();
            answer.append((char) next);
        }
        assertThat(answer).startsWith("HTTP/1.1 200 OK");
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        client.getOutputStream().flush();
    }

    /** Never silent for as long as the idle timeout. */
    private static void awaitEndWhileSending(Socket client, String next) throws IOException {
        client.setSoTimeout(50);
        await().atMost(LONG).pollInterval(Duration.ofMillis(50)).until(() -> {
            try {
                send(client, next);
                return client.getInputStream().read() < 0;
            } catch (java.net.SocketTimeoutException e) {
                return false;
            } catch (IOException e) {
                return true;
            }
        });
    }
}
