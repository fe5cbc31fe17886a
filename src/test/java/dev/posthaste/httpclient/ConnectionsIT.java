package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posthaste.jobs.FailureReason;
import dev.posthaste.memory.ByteBudget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ConnectionsIT {
    private static final HttpHost HOST = new HttpHost("http", "x.test", 80);
    private static final long LONG = TimeUnit.SECONDS.toNanos(4);

    @Test
    void anErrorInOneExchangeIsNotTheEndOfTheClient() throws IOException {
        AtomicBoolean fails = new AtomicBoolean(true);
        HttpClientSender sender = Sending.sender(host -> {
            if (fails.get()) {
                throw new StackOverflowError("of the test");
            }
            return InetAddress.getAllByName(host);
        });
        try (KeepingServer there = answering()) {
            String url = "http://127.0.0.1:" + there.port() + "/";
            for (int i = 0; i < 100; i++) {
                assertThatThrownBy(() -> Sending.send(sender, "POST", url, "{}"))
                        .isInstanceOf(StackOverflowError.class);
            }
            fails.set(false);
            // What HttpClient does when an Error passes through it while a request is under way.
            sender.connections().close(CloseMode.IMMEDIATE);

            assertThat(Sending.send(sender, "POST", url, "{}").failure()).isNull();
        }
        sender.close();
    }

    @Test
    void whatIdlesAndIsClosedOrTalkedIntoIsNoticedWithoutAnyRequest() throws IOException {
        KeepingServer.Script script = (request, connection) -> {
            KeepingServer.write(connection, Misbehaviour.ok(request.path()));
            return !request.path().equals("/close");
        };
        try (HttpClientSender sender = Sending.sender();
                KeepingServer there = new KeepingServer(script)) {
            Sending.send(sender, "POST", "http://127.0.0.1:" + there.port() + "/close", "{}");
            while (sender.kept().count() > 0) {
                Thread.onSpinWait();
            }
            assertThat(sender.kept().hosts()).isZero();
        }
    }

    @Test
    void noMoreConnectionsAreOpenThanThereMayBe() throws IOException {
        try (HttpClientSender sender = Sending.sender(host -> new InetAddress[] {InetAddress.getLoopbackAddress()});
                KeepingServer there = answering()) {
            for (int i = 0; i < 200; i++) {
                String url = "http://h" + i + ".test:" + there.port() + "/";
                assertThat(Sending.send(sender, "POST", url, "{}").failure()).isNull();
            }
            assertThat(sender.kept().count()).isLessThanOrEqualTo(64);
            assertThat(there.connections()).isEqualTo(200);
        }
    }

    @Test
    void anAddressOfSixInDottedFormHasItsBracketsInTheHostHeader() throws IOException {
        StringBuilder head = new StringBuilder();
        KeepingServer.Script script = (request, connection) -> {
            head.append(request.head());
            KeepingServer.write(connection, Misbehaviour.ok(request.path()));
            return true;
        };
        try (HttpClientSender sender = Sending.sender();
                KeepingServer there = new KeepingServer(script)) {
            String authority = "[::ffff:127.0.0.1]:" + there.port();

            assertThat(Sending.send(sender, "POST", "http://" + authority + "/", "{}")
                            .failure())
                    .isNull();
            assertThat(head.toString()).contains("\r\nHost: " + authority + "\r\n");
        }
    }

    @Test
    void silentNamesAreATimeoutOrADnsError() {
        try (HttpClientSender sender = Sending.sender(host -> {
            throw new UnknownHostException(host);
        })) {
            assertThat(Sending.send(sender, "POST", "http://unknown.test/", "{}")
                            .failure())
                    .isEqualTo(FailureReason.DNS_ERROR);
        }
    }

    @Test
    void aConnectionOfTheGreatestAgeIsNotKept() throws IOException {
        try (KeepingServer there = answering();
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), there.port()))) {
            WatchedConnection connection = WatchedConnection.over(new Wire(channel), null, 64 * 1024);
            connection.idle(LONG, LONG);
            assertThat(connection.isKeptTooLong()).isFalse();

            connection.idle(LONG, 1);
            assertThat(connection.isKeptTooLong()).isTrue();
        }
    }

    @Test
    void troubleWithOneIdleConnectionLosesNoneOfTheOthers() throws IOException {
        KeptConnections kept = new KeptConnections(new HostHabits(), any -> {
            throw new StackOverflowError("of the test");
        });
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                SocketChannel one = SocketChannel.open(listener.getLocalSocketAddress());
                Socket closed = listener.accept();
                SocketChannel two = SocketChannel.open(listener.getLocalSocketAddress());
                Socket there = listener.accept()) {
            WatchedConnection good = idle(two);
            kept.add(HOST, idle(one));
            kept.add(HOST, good);
            closed.shutdownOutput();
            while (kept.count() == 2) {
                assertThat(there.isClosed()).isFalse();
                sweepToTheError(kept);
            }
            assertThat(kept.count()).isEqualTo(1);
            assertThat(kept.take(HOST)).isSameAs(good);
            assertThat(kept.hosts()).isZero();
        }
    }

    /** The end of the stream may take its time to come. */
    private static void sweepToTheError(KeptConnections kept) {
        try {
            kept.sweep();
        } catch (StackOverflowError e) {
            assertThat(e).hasMessage("of the test");
        }
    }

    private static WatchedConnection idle(SocketChannel channel) throws IOException {
        WatchedConnection connection = WatchedConnection.over(new Wire(channel), null, 64 * 1024);
        connection.idle(LONG, LONG);
        return connection;
    }

    /** However busily it is used: time is what it is about. */
    @ParameterizedTest
    @CsvSource({"200,2", "60000,1"})
    void beyondTheGreatestAgeAConnectionIsNotUsedAgain(int millis, int connections) throws IOException {
        AnswerRoom room = new AnswerRoom(new ByteBudget("answers", 1_000_000));
        Duration maxAge = Duration.ofMillis(millis);
        try (HttpClientSender sender =
                        Sending.sender(InetAddress::getAllByName, room, maxAge, SSLContexts.createDefault());
                KeepingServer there = answering()) {
            String url = "http://127.0.0.1:" + there.port() + "/";
            Sending.send(sender, "POST", url, "{}");
            RawServer.pause(Duration.ofMillis(400));
            assertThat(Sending.send(sender, "POST", url, "{}").failure()).isNull();

            assertThat(there.connections()).isEqualTo(connections);
        }
    }

    @Test
    void aNameThatHasMovedIsFollowedWithinAMinute() {
        assertThat(Connections.MAX_AGE).isLessThanOrEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void lookingFindsBytesAndTheEndAndLeavesTheConnectionAsItWas() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                SocketChannel channel = SocketChannel.open(listener.getLocalSocketAddress());
                Socket there = listener.accept()) {
            WatchedConnection connection = WatchedConnection.over(new Wire(channel), null, 64 * 1024);
            assertThat(connection.look()).isEqualTo(Transport.Sight.QUIET);
            assertThat(channel.isBlocking()).isTrue();

            there.getOutputStream().write('x');
            while (channel.socket().getInputStream().available() == 0) {
                Thread.onSpinWait();
            }
            assertThat(connection.look()).isEqualTo(Transport.Sight.UNREAD);

            there.shutdownOutput();
            while (connection.look() == Transport.Sight.QUIET) {
                Thread.onSpinWait();
            }
            assertThat(connection.look()).isEqualTo(Transport.Sight.CLOSED);
        }
    }

    /** Three at once, so that there are three connections; one of them is talked into. */
    @Test
    void whenOneConnectionIsTalkedIntoTheOthersOfItsHostGoToo() throws Exception {
        CyclicBarrier together = new CyclicBarrier(3);
        KeepingServer.Script script = (request, connection) -> {
            if (request.path().startsWith("/together")) {
                awaitAll(together);
            }
            KeepingServer.write(
                    connection,
                    Misbehaviour.ok(request.path()) + (request.path().equals("/junk") ? "junk" : ""));
            return true;
        };
        try (HttpClientSender sender = Sending.sender();
                KeepingServer there = new KeepingServer(script)) {
            String url = "http://127.0.0.1:" + there.port();
            Stream.of("/together1", "/together2", "/together3")
                    .map(path -> CompletableFuture.runAsync(() -> Sending.send(sender, "POST", url + path, "{}")))
                    .toList()
                    .forEach(CompletableFuture::join);
            Sending.send(sender, "POST", url + "/junk", "{}");
            Sending.send(sender, "POST", url + "/next", "{}");

            assertThat(sender.kept().count()).isZero();
            assertThat(there.connections()).isEqualTo(4);
        }
    }

    @Test
    void aHostThatSpeaksUnaskedHasNoConnectionKept() {
        HostHabits habits = new HostHabits();
        assertThat(habits.maxIdleNanos(HOST, LONG)).isEqualTo(LONG);

        habits.sentUnasked(HOST);

        assertThat(habits.maxIdleNanos(HOST, LONG)).isZero();
        assertThat(habits.maxIdleNanos(new HttpHost("http", "y.test", 80), LONG))
                .isEqualTo(LONG);
    }

    @Test
    void aHostThatClosesWithoutAWordHasConnectionsKeptForHalfOfThat() {
        HostHabits habits = new HostHabits();
        habits.closedAfter(HOST, TimeUnit.SECONDS.toNanos(2));
        assertThat(habits.maxIdleNanos(HOST, LONG)).isEqualTo(TimeUnit.SECONDS.toNanos(1));

        habits.closedAfter(HOST, TimeUnit.SECONDS.toNanos(3));
        assertThat(habits.maxIdleNanos(HOST, LONG)).isEqualTo(TimeUnit.SECONDS.toNanos(1));

        habits.closedAfter(HOST, TimeUnit.MILLISECONDS.toNanos(8));
        assertThat(habits.maxIdleNanos(HOST, LONG)).isZero();
    }

    private static void awaitAll(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IOException(e);
        }
    }

    private static KeepingServer answering() throws IOException {
        return new KeepingServer((request, connection) -> {
            KeepingServer.write(connection, Misbehaviour.ok(request.path()));
            return true;
        });
    }
}
