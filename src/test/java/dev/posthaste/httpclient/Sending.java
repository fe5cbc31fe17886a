package dev.posthaste.httpclient;

import dev.posthaste.delivery.Exchange;
import dev.posthaste.delivery.OutboundRequest;
import dev.posthaste.egress.EgressRules;
import dev.posthaste.egress.HostLookup;
import dev.posthaste.jobs.TargetUrl;
import dev.posthaste.memory.ByteBudget;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;

/** A sender that may reach the loopback, and requests to send with it. */
final class Sending {
    static final int MAX_BYTES = 100_000;
    static final AnswerLimits LIMITS = new AnswerLimits(64 * 1024, MAX_BYTES);
    private static final long OWNER = 1;
    private static final Duration AMPLE = Duration.ofSeconds(20);

    private Sending() {}

    static HttpClientSender sender() {
        return sender(InetAddress::getAllByName);
    }

    static HttpClientSender sender(HostLookup lookup) {
        return sender(lookup, new ByteBudget("answers", 10_000_000), SSLContexts.createDefault());
    }

    static HttpClientSender sender(HostLookup lookup, ByteBudget answers, SSLContext trust) {
        return sender(lookup, new AnswerRoom(answers), Connections.MAX_AGE, trust);
    }

    static HttpClientSender sender(HostLookup lookup, AnswerRoom room, Duration maxAge, SSLContext trust) {
        return sender(lookup, room, maxAge, trust, null);
    }

    /** One that sends through a proxy; null for none. */
    static HttpClientSender sender(
            HostLookup lookup, AnswerRoom room, Duration maxAge, SSLContext trust, @Nullable EgressProxy proxy) {
        EgressRules rules = new EgressRules(EgressRules.parseAllowed("127.0.0.0/8,::1"), Set.of(), List.of());
        return new HttpClientSender(rules, lookup, InstantSource.system(), room, 64, maxAge, LIMITS, trust, proxy);
    }

    static Exchange send(HttpClientSender sender, String method, String url, @Nullable String body) {
        return send(sender, method, url, body, AMPLE);
    }

    static Exchange send(HttpClientSender sender, String method, String url, @Nullable String body, Duration timeout) {
        TargetUrl target = TargetUrl.parse(url).orElseThrow();
        return sender.send(new OutboundRequest(OWNER, method, target, Map.of(), body, timeout));
    }
}
