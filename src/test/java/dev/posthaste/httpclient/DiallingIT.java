package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.delivery.Exchange;
import dev.posthaste.jobs.FailureReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A name with several addresses, of which some are dead. */
@Timeout(60)
class DiallingIT {
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<String> heads = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void theSecondAddressIsTriedWhenTheFirstIsSilent() throws IOException {
        KeepingServer there = server();
        silent("127.0.0.2", there.port());
        HttpClientSender sender = sender("127.0.0.2", "127.0.0.1");

        Exchange exchange = Sending.send(sender, "POST", "http://two.test:" + there.port() + "/a", "{}");

        assertThat(exchange.failure()).isNull();
    }

    @Test
    void theAddressThatWonIsTriedFirstNextTime() throws IOException {
        KeepingServer there = server();
        silent("127.0.0.2", there.port());
        List<InetAddress> both = List.of(addressesOf("127.0.0.2", "127.0.0.1"));
        AddressRace race = new AddressRace(AddressRace.HEAD_START);

        run(race, there, both);

        assertThat(race.order(new HttpHost("two.test", there.port()), both))
                .containsExactly(addressesOf("127.0.0.1", "127.0.0.2"));
    }

    /** It may be another's by now, or one that may not be reached. */
    @Test
    void theAddressThatWonIsNotTriedOnceTheNameHasItNoMore() throws IOException {
        KeepingServer there = server();
        silent("127.0.0.2", there.port());
        AtomicBoolean hasMoved = new AtomicBoolean();
        HttpClientSender sender = Sending.sender(
                host -> hasMoved.get() ? addressesOf("127.0.0.3", "127.0.0.4") : addressesOf("127.0.0.2", "127.0.0.1"));
        open.add(sender);
        String url = "http://two.test:" + there.port() + "/close";
        assertThat(Sending.send(sender, "POST", url, "{}").failure()).isNull();

        hasMoved.set(true);

        assertThat(Sending.send(sender, "POST", url, "{}").failure()).isEqualTo(FailureReason.CONNECTION_ERROR);
        assertThat(there.connections()).isOne();
    }

    @Test
    void behindAnAddressThatRefusesNoHeadStartIsWaitedFor() throws IOException {
        KeepingServer there = server();

        run(new AddressRace(Duration.ofHours(1)), there, List.of(addressesOf("127.0.0.3", "127.0.0.1")));
    }

    /** HttpClient's own hosts say it in Unicode, which no name server knows. */
    @Test
    void anInternationalisedNameIsLookedUpAsItWasPushed() throws IOException {
        KeepingServer there = server();
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpClientSender sender = Sending.sender(host -> {
            asked.add(host);
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        });
        open.add(sender);
        String authority = "xn--bcher-kva.test:" + there.port();

        Exchange exchange = Sending.send(sender, "POST", "http://" + authority + "/close", "{}");

        assertThat(exchange.failure()).isNull();
        assertThat(asked).containsExactly("xn--bcher-kva.test");
        assertThat(heads).singleElement().asString().contains("\r\nHost: " + authority + "\r\n");
    }

    @Test
    void theDeadlineHoldsWhenEveryAddressIsSilent() throws IOException {
        int port = silent("127.0.0.2", 0);
        silent("127.0.0.3", port);
        for (HttpClientSender sender : List.of(sender("127.0.0.2", "127.0.0.3"), sender("127.0.0.2"))) {
            Exchange exchange =
                    Sending.send(sender, "GET", "http://two.test:" + port + "/", null, Duration.ofMillis(600));

            assertThat(exchange.failure()).isEqualTo(FailureReason.TIMEOUT);
            assertThat(exchange.took()).isGreaterThanOrEqualTo(Duration.ofMillis(590));
        }
    }

    @Test
    void familiesTakeTurnsAndTheFirstStaysTheFirst() throws IOException {
        InetAddress a4 = InetAddress.getByName("127.0.0.1");
        InetAddress b4 = InetAddress.getByName("127.0.0.2");
        InetAddress a6 = InetAddress.getByName("::1");
        InetAddress b6 = InetAddress.getByName("::2");

        assertThat(new AddressRace(AddressRace.HEAD_START).order(new HttpHost("x.test"), List.of(a6, b6, a4, b4)))
                .containsExactly(a6, a4, b6, b4);
    }

    @Test
    void aHostThatWasCalledOnceLeavesNoTrace() throws IOException {
        KeepingServer there = server();
        HttpClientSender sender = sender("127.0.0.1");
        for (int i = 0; i < 500; i++) {
            String host = "http://h" + i + ".test:" + there.port();
            assertThat(Sending.send(sender, "POST", host + "/close", "{}").failure())
                    .isNull();
        }
        assertThat(sender.kept().hosts()).isZero();

        for (int i = 0; i < 100; i++) {
            String host = "http://h" + i + ".test:" + there.port();
            assertThat(Sending.send(sender, "POST", host + "/a", "{}").failure())
                    .isNull();
        }
        assertThat(sender.kept().hosts())
                .as("no more connections than there may be are kept")
                .isLessThanOrEqualTo(64);
    }

    private static void run(AddressRace race, KeepingServer there, List<InetAddress> addresses) throws IOException {
        try (Deadlines timer = new Deadlines();
                Deadline deadline = timer.begin(Duration.ofSeconds(30));
                SocketChannel winner = race.run(new HttpHost("two.test", there.port()), addresses, deadline)) {
            assertThat(winner.getRemoteAddress())
                    .isEqualTo(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), there.port()));
        }
    }

    private KeepingServer server() throws IOException {
        KeepingServer there = new KeepingServer((request, connection) -> {
            heads.add(request.head());
            boolean isLast = request.path().equals("/close");
            KeepingServer.write(
                    connection,
                    "HTTP/1.1 200 OK\r\n" + (isLast ? "Connection: close\r\n" : "") + "Content-Length: 0\r\n\r\n");
            return !isLast;
        });
        open.add(there);
        return there;
    }

    private HttpClientSender sender(String... addresses) throws IOException {
        InetAddress[] all = addressesOf(addresses);
        HttpClientSender sender = Sending.sender(host -> all);
        open.add(sender);
        return sender;
    }

    private static InetAddress[] addressesOf(String... literals) throws UnknownHostException {
        InetAddress[] all = new InetAddress[literals.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = InetAddress.getByName(literals[i]);
        }
        return all;
    }

    /** Listens, and has a full queue: what comes further is not even refused. */
    private int silent(String address, int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        open.add(listener);
        listener.bind(new InetSocketAddress(InetAddress.getByName(address), port), 1);
        for (int i = 0; i < 4; i++) {
            SocketChannel filling = SocketChannel.open();
            open.add(filling);
            filling.configureBlocking(false);
            filling.connect(listener.getLocalSocketAddress());
        }
        return listener.getLocalPort();
    }
}
