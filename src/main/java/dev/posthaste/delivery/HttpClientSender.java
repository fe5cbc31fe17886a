package dev.posthaste.delivery;

import dev.posthaste.delivery.Deadlines.Deadline;
import dev.posthaste.egress.EgressDnsResolver;
import dev.posthaste.egress.EgressRules;
import dev.posthaste.egress.HostLookup;
import dev.posthaste.jobs.TargetUrl;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.URIAuthority;
import org.jspecify.annotations.Nullable;

/**
 * Sends with Apache HttpClient, whose own timeouts are for each read: the deadline of an exchange cancels it, whatever
 * it is doing. The rest of an answer that is too long is cut off, never drained. Thread-safe.
 */
public final class HttpClientSender implements HttpSender, AutoCloseable {
    private final InstantSource clock;
    private final int maxResponseBytes;
    private final Deadlines deadlines = new Deadlines();
    private final EgressDnsResolver resolver;
    private final CloseableHttpClient client;

    /**
     * Makes the client.
     *
     * @param lookup finds the addresses of names
     * @param clock what the exchanges' times are read from
     * @param connections at the same time, at most
     * @param maxResponseBytes of each answer's body are kept
     */
    public HttpClientSender(
            EgressRules rules, HostLookup lookup, InstantSource clock, int connections, int maxResponseBytes) {
        this.clock = clock;
        this.maxResponseBytes = maxResponseBytes;
        this.resolver = new EgressDnsResolver(rules, lookup, deadlines::left);
        this.client = PlainHttpClient.make(resolver, connections);
    }

    @Override
    public Exchange send(OutboundRequest outbound) {
        HttpUriRequestBase request = request(outbound);
        Instant startedAt = clock.instant();
        long startedNanos = System.nanoTime();
        Answer answer = null;
        ExchangeFailure failure = null;
        try (Deadline deadline = deadlines.begin(request, outbound.timeout())) {
            try (ClassicHttpResponse response =
                    client.executeOpen(target(outbound.url()), request, HttpClientContext.create())) {
                AnswerReader reader = new AnswerReader(response, maxResponseBytes);
                try {
                    reader.read();
                } catch (IOException | RuntimeException e) {
                    failure = failure(e, outbound, deadline);
                }
                answer = reader.answer(failure != null);
                if (!reader.isAtEnd()) {
                    // Closing would drain what is left, however much that is.
                    request.cancel();
                }
            } catch (IOException | RuntimeException e) {
                // Once there is an answer, trouble with closing does not matter any more.
                failure = answer == null ? failure(e, outbound, deadline) : failure;
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
        return conclude(startedAt, took, answer, failure);
    }

    @Override
    public void close() {
        client.close(CloseMode.IMMEDIATE);
        resolver.close();
        deadlines.close();
    }

    private static Exchange conclude(
            Instant startedAt, Duration took, @Nullable Answer answer, @Nullable ExchangeFailure failure) {
        ExchangeFailure result = failure;
        if (result == null && answer != null) {
            Optional<ExchangeFailure> byStatus = ExchangeFailure.ofStatus(answer.status());
            result = byStatus.orElse(null);
        }
        return new Exchange(
                startedAt,
                took,
                answer,
                result == null ? null : result.reason(),
                result == null ? null : result.message());
    }

    private static ExchangeFailure failure(Exception thrown, OutboundRequest outbound, Deadline deadline) {
        return deadline.hasPassed() ? ExchangeFailure.timeout(outbound) : ExchangeFailure.of(thrown, outbound);
    }

    private static HttpUriRequestBase request(OutboundRequest outbound) {
        TargetUrl url = outbound.url();
        HttpUriRequestBase request = new HttpUriRequestBase(outbound.method(), URI.create("/"));
        request.setScheme(url.scheme());
        request.setAuthority(new URIAuthority(url.host(), explicitPort(url)));
        request.setPath(url.pathAndQuery());
        outbound.headers().forEach(request::addHeader);
        if (outbound.body() != null) {
            request.setEntity(new ByteArrayEntity(outbound.body().getBytes(StandardCharsets.UTF_8), null));
        }
        return request;
    }

    private static HttpHost target(TargetUrl url) {
        return new HttpHost(url.scheme(), url.host(), url.port());
    }

    /** The Host header leaves out the scheme's own port (RFC 9110, section 7.2). */
    private static int explicitPort(TargetUrl url) {
        boolean isDefault = url.port() == (url.scheme().equals("http") ? 80 : 443);
        return isDefault ? -1 : url.port();
    }
}
