package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.delivery.Exchange;
import dev.posthaste.delivery.OutboundRequest;
import dev.posthaste.egress.EgressRules;
import dev.posthaste.egress.HostLookup;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.memory.ByteBudget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A name whose answers change between an address that the operator has named and one that is refused: what is judged is what
 * is connected to. The same port is listened on at both.
 */
class RebindingIT {
    private static final int REQUESTS = 1_000;
    private static final int AT_A_TIME = 8;
    /** For all the answers together: nobody records them here, which is what gives their room back. */
    private static final long AMPLE = 1L << 40;

    private static final String ALLOWED = "127.0.0.2";
    private static final String REFUSED = "127.0.0.1";

    private final AtomicInteger arrivedAtRefused = new AtomicInteger();
    private final AtomicInteger lookups = new AtomicInteger();
    private KeepingServer allowed;
    private ServerSocket refused;
    private @Nullable HttpClientSender sender;

    /** How many requests of a connection are answered. */
    private volatile int kept = 1;

    @BeforeEach
    void listen() throws IOException {
        allowed = new KeepingServer(InetAddress.getByName(ALLOWED), (request, connection) -> {
            boolean isLast = request.number() >= kept;
            String length = isLast ? "Connection: close\r\nContent-Length" : "Content-Length";
            KeepingServer.write(connection, Misbehaviour.ok(request.path()).replace("Content-Length", length));
            return !isLast;
        });
        refused = new ServerSocket();
        refused.bind(new InetSocketAddress(REFUSED, allowed.port()));
        Thread canary = new Thread(this::count, "canary");
        canary.setDaemon(true);
        canary.start();
    }

    @AfterEach
    void close() throws IOException {
        if (sender != null) {
            sender.close();
        }
        allowed.close();
        refused.close();
    }

    @Test
    void whatResolvesToTheRefusedAddressIsRefusedAndTheRestArrives() {
        HttpClientSender alternating = sender(host -> one(lookups.getAndIncrement() % 2 == 0 ? ALLOWED : REFUSED));

        for (int i = 0; i < REQUESTS; i++) {
            int before = lookups.get();
            Exchange exchange = get(alternating, i);

            assertThat(lookups.get()).as("each connection is looked up anew").isEqualTo(before + 1);
            assertThat(exchange.failure()).isEqualTo(before % 2 == 0 ? null : FailureReason.BLOCKED_ADDRESS);
        }
        assertThat(allowed.paths()).hasSize(REQUESTS / 2);
        assertThat(arrivedAtRefused).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 1_000_000})
    void aKeptConnectionLeadsWhereItWasJudgedToLead(int requests) {
        kept = requests;
        HttpClientSender alternating = sender(host -> one(lookups.getAndIncrement() % 2 == 0 ? ALLOWED : REFUSED));

        long arrived = IntStream.range(0, REQUESTS)
                .mapToObj(i -> get(alternating, i))
                .filter(exchange -> {
                    assertThat(exchange.failure()).isIn(null, FailureReason.BLOCKED_ADDRESS);
                    return exchange.failure() == null;
                })
                .count();

        assertThat(arrived).isGreaterThanOrEqualTo(REQUESTS / 3);
        assertThat(allowed.paths()).hasSizeGreaterThanOrEqualTo((int) arrived);
        assertThat(arrivedAtRefused).hasValue(0);
    }

    /** Both in one answer, in whatever order: the refused one is no address to fall back on. */
    @Test
    void ofTwoAddressesOnlyTheAllowedOneIsTried() {
        HttpClientSender both = sender(host -> lookups.getAndIncrement() % 2 == 0
                ? new InetAddress[] {address(ALLOWED), address(REFUSED)}
                : new InetAddress[] {address(REFUSED), address(ALLOWED)});

        for (int i = 0; i < REQUESTS; i++) {
            assertThat(get(both, i).failure()).isNull();
        }
        assertThat(allowed.paths()).hasSize(REQUESTS);
        assertThat(arrivedAtRefused).hasValue(0);
    }

    @Test
    void manyAtATimeFindNoGapBetweenJudgingAndConnecting() {
        HttpClientSender alternating = sender(host -> one(lookups.getAndIncrement() % 2 == 0 ? ALLOWED : REFUSED));
        AtomicInteger arrived = new AtomicInteger();

        IntStream.range(0, AT_A_TIME).parallel().forEach(any -> {
            for (int i = 0; i < REQUESTS / AT_A_TIME; i++) {
                FailureReason failure = get(alternating, i).failure();
                assertThat(failure).isIn(null, FailureReason.BLOCKED_ADDRESS);
                arrived.addAndGet(failure == null ? 1 : 0);
            }
        });

        assertThat(arrived.get()).isBetween(1, REQUESTS - 1);
        assertThat(allowed.paths()).hasSize(arrived.get());
        assertThat(arrivedAtRefused).hasValue(0);
    }

    private HttpClientSender sender(HostLookup lookup) {
        EgressRules rules = new EgressRules(EgressRules.parseAllowed(ALLOWED), Set.of(), List.of());
        HttpClientSender made = new HttpClientSender(
                rules,
                lookup,
                InstantSource.system(),
                new ByteBudget("answers", AMPLE),
                AT_A_TIME,
                new AnswerLimits(64 * 1024, Sending.MAX_BYTES),
                null);
        sender = made;
        return made;
    }

    private Exchange get(HttpClientSender by, int i) {
        TargetUrl url = TargetUrl.parse("http://rebound.test:" + allowed.port() + "/" + i)
                .orElseThrow();
        return by.send(new OutboundRequest(1, "POST", url, Map.of(), "{}", Duration.ofSeconds(20)));
    }

    private static InetAddress[] one(String address) throws UnknownHostException {
        return new InetAddress[] {address(address)};
    }

    private static InetAddress address(String address) throws UnknownHostException {
        return InetAddress.getByName(address);
    }

    private void count() {
        while (!refused.isClosed()) {
            try {
                refused.accept().close();
                arrivedAtRefused.incrementAndGet();
            } catch (IOException e) {
                // The test is over.
            }
        }
    }
}
