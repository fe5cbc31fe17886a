package dev.posthaste.httpclient;

import dev.posthaste.delivery.Answer;
import dev.posthaste.delivery.Exchange;
import dev.posthaste.delivery.HttpSender;
import dev.posthaste.delivery.OutboundRequest;
import dev.posthaste.delivery.UnsentException;
import dev.posthaste.egress.EgressDnsResolver;
import dev.posthaste.egress.EgressRules;
import dev.posthaste.egress.HostLookup;
import dev.posthaste.memory.ByteBudget;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends with Apache HttpClient, whose own timeouts are for each read: the deadline of an exchange cancels it, whatever
 * it is doing. The rest of an answer that is too long is cut off, never drained. Thread-safe.
 */
public final class HttpClientSender implements HttpSender, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpClientSender.class);
    private static final Duration SWEEP_EVERY = Duration.ofMillis(500);

    /** RFC 9110, section 9.2.2: sent again they do no more than once. */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "PUT", "DELETE");

    private final InstantSource clock;
    private final int maxResponseBytes;
    private final @Nullable Tunnels tunnels;
    private final AnswerRoom room;
    private final OwnShortage shortage = new OwnShortage();
    private final Deadlines deadlines = new Deadlines();
    private final EgressDnsResolver resolver;
    private final Connections connections;
    private final CloseableHttpClient client;

    /**
     * Makes the client.
     *
     * @param lookup finds the addresses of names
     * @param clock what the exchanges' times are read from
     * @param answers what may be held of answers that are not recorded yet
     * @param connections at the same time, at most
     * @param limits of each answer
     * @param proxy through which everything goes; null for none
     */
    public HttpClientSender(
            EgressRules rules,
            HostLookup lookup,
            InstantSource clock,
            ByteBudget answers,
            int connections,
            AnswerLimits limits,
            @Nullable EgressProxy proxy) {
        this(
                rules,
                lookup,
                clock,
                new AnswerRoom(answers),
                connections,
                Connections.MAX_AGE,
                limits,
                SSLContexts.createDefault(),
                proxy);
    }

    HttpClientSender(
            EgressRules rules,
            HostLookup lookup,
            InstantSource clock,
            AnswerRoom room,
            int connections,
            Duration maxAge,
            AnswerLimits limits,
            SSLContext trust,
            @Nullable EgressProxy proxy) {
        this.clock = clock;
        this.maxResponseBytes = limits.bodyBytes();
        this.room = room;
        this.resolver = new EgressDnsResolver(rules, lookup);
        this.tunnels = proxy == null ? null : new Tunnels(proxy, resolver, lookup, limits.headBytes());
        Dialer dialer = new Dialer(resolver, new TlsLayer(trust), limits.headBytes(), tunnels);
        this.connections = new Connections(dialer, shortage, connections, maxAge);
        this.client = PlainHttpClient.make(this.connections);
        deadlines.every(SWEEP_EVERY, this::sweep);
    }

    @Override
    public Exchange send(OutboundRequest outbound) {
        HttpUriRequestBase request = ClientRequests.of(outbound);
        Instant startedAt = clock.instant();
        long startedNanos = System.nanoTime();
        Received received;
        Duration stoodStill;
        try (Deadline deadline = deadlines.begin(outbound.timeout());
                OpenExchange exchange =
                        new OpenExchange(outbound, deadline, room.open(outbound.owner(), deadline, maxResponseBytes))) {
            received = exchange(outbound, request, exchange);
            stoodStill = deadline.stoodStill();
        }
        Duration passed = Duration.ofNanos(System.nanoTime() - startedNanos);
        return conclude(startedAt, startedAt.plus(passed), passed.minus(stoodStill), received);
    }

    /** The connections that nobody uses at the moment. */
    KeptConnections kept() {
        return connections.kept();
    }

    AnswerRoom room() {
        return room;
    }

    Connections connections() {
        return connections;
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
        connections.end();
        resolver.close();
        if (tunnels != null) {
            tunnels.close();
        }
        deadlines.close();
    }

    /** What came of an exchange. */
    private record Received(
            @Nullable Answer answer, @Nullable ExchangeFailure failure, Runnable release) {
        boolean isSuccess() {
            return failure == null
                    && answer != null
                    && ExchangeFailure.ofStatus(answer.status()).isEmpty();
        }

        static Received nothing(ExchangeFailure failure) {
            return new Received(null, failure, () -> {});
        }
    }

    /** What is thrown after something may have left, an {@link Error} too, is how the exchange ended: it is not made again. */
    @SuppressWarnings("IllegalCatch")
    private Received exchange(OutboundRequest outbound, HttpUriRequestBase request, OpenExchange exchange) {
        Received received = null;
        try (ClassicHttpResponse response = open(outbound, request, exchange)) {
            AnswerReader reader = new AnswerReader(response, maxResponseBytes);
            received = read(reader, outbound, exchange);
            if (received.answer() == null || received.answer().body().truncated()) {
                if (exchange.isLarge() && received.isSuccess()) {
                    // The receiver may still be reading, and would be cut off.
                    reader.readRest();
                }
                // Closing would drain what is left, however much that is.
                request.cancel();
            }
            return received;
        } catch (IOException | RuntimeException | Error e) {
            if (received != null) {
                // Once there is an answer, trouble with closing does not matter any more.
                return received;
            }
            throwIfUnsent(e, exchange);
            return Received.nothing(failure(e, outbound, exchange));
        } finally {
            if (received == null) {
                exchange.room().close();
            }
        }
    }

    /** What has not been tried has not failed. */
    private void throwIfUnsent(Throwable failure, OpenExchange exchange) {
        if (exchange.objection() != null) {
            throw exchange.objection();
        }
        Optional<OwnShortage.Kind> lacking = exchange.mayHaveLeft() ? Optional.empty() : shortage.recognize(failure);
        if (lacking.isPresent()) {
            throw new UnsentException(lacking.get().sentence(), failure);
        }
        if (failure instanceof Error error && !exchange.mayHaveLeft()) {
            throw error;
        }
    }

    /**
     * The head of the answer. A kept connection that turns out to be closed has most likely not carried the request to
     * anybody, but nobody can know; so it is sent once more if twice is no harm.
     */
    private ClassicHttpResponse open(OutboundRequest outbound, HttpUriRequestBase request, OpenExchange exchange)
            throws IOException {
        try {
            return execute(outbound, request, exchange);
        } catch (IOException e) {
            if (!exchange.hasMetSilence()
                    || exchange.deadline().hasPassed()
                    || !IDEMPOTENT.contains(outbound.method())) {
                throw e;
            }
            exchange.wantFresh();
            return execute(outbound, request, exchange);
        }
    }

    private ClassicHttpResponse execute(OutboundRequest outbound, HttpUriRequestBase request, OpenExchange exchange)
            throws IOException {
        HttpClientContext context = HttpClientContext.create();
        context.setUserToken(exchange);
        return client.executeOpen(ClientRequests.target(outbound.url()), request, context);
    }

    @SuppressWarnings("IllegalCatch")
    private Received read(AnswerReader reader, OutboundRequest outbound, OpenExchange exchange) {
        AnswerRoom.Taken taken = exchange.room();
        taken.begin(exchange.headBytes(), reader.expectedBytes());
        ExchangeFailure failure = null;
        if (taken.isGranted() || reader.expectedBytes() == 0) {
            try {
                reader.read(taken);
            } catch (IOException | RuntimeException | Error e) {
                failure = failure(e, outbound, exchange);
            }
        }
        taken.endAt(reader.bytes());
        return new Received(reader.answer(), failure, taken::close);
    }

    private static Exchange conclude(Instant startedAt, Instant endedAt, Duration took, Received received) {
        ExchangeFailure result = received.failure();
        if (result == null && received.answer() != null) {
            Optional<ExchangeFailure> byStatus =
                    ExchangeFailure.ofStatus(received.answer().status());
            result = byStatus.orElse(null);
        }
        return new Exchange(
                startedAt,
                endedAt,
                took,
                received.answer(),
                result == null ? null : result.reason(),
                result == null ? null : result.message(),
                received.release());
    }

    private static ExchangeFailure failure(Throwable thrown, OutboundRequest outbound, OpenExchange exchange) {
        if (thrown instanceof Error) {
            LOG.error(
                    "An exchange with {} failed for a reason of this process",
                    outbound.url().host(),
                    thrown);
        }
        return exchange.deadline().hasPassed() && !(thrown instanceof ProxyException)
                ? ExchangeFailure.timeout(outbound)
                : ExchangeFailure.of(thrown, outbound);
    }

    private void sweep() {
        try {
            connections.kept().sweep();
        } catch (RuntimeException | Error e) {
            LOG.error("Idle connections could not be looked at; the next look is in {}", SWEEP_EVERY, e);
        }
    }
}
