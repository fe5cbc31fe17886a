package dev.posthaste.httpclient;

import dev.posthaste.egress.EgressDnsResolver;
import dev.posthaste.egress.EgressRules;
import dev.posthaste.egress.HostLookup;
import dev.posthaste.jobs.FailureReason;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.MessageConstraintException;
import org.jspecify.annotations.Nullable;

/**
 * Ways to receivers through the operator's proxy, by CONNECT (RFC 9110, section 9.3.6). Names go to it as they were pushed:
 * it looks them up and judges their addresses. Thread-safe.
 */
final class Tunnels implements AutoCloseable {
    private static final int OK = 200;
    private static final int REDIRECTION = 300;
    private static final int SERVER_ERROR = 500;
    private static final int BAD_GATEWAY = 502;
    private static final int UNAVAILABLE = 503;
    private static final int GATEWAY_TIMEOUT = 504;
    private static final String SMOKESCREEN = "X-Smokescreen-Error";
    private static final String SQUID = "X-Squid-Error";

    private final EgressProxy proxy;
    private final HttpHost host;
    private final EgressDnsResolver targets;
    private final EgressDnsResolver proxies;
    private final int maxHeadBytes;

    /**
     * Makes them.
     *
     * @param targets judges the addresses that stand in URLs
     * @param lookup finds the proxy, and nothing else
     * @param maxHeadBytes of an answer of the proxy, with interim ones before it
     */
    Tunnels(EgressProxy proxy, EgressDnsResolver targets, HostLookup lookup, int maxHeadBytes) {
        this.proxy = proxy;
        this.host = new HttpHost(proxy.host(), proxy.port());
        this.targets = targets;
        this.proxies = new EgressDnsResolver(anywhere(), lookup);
        this.maxHeadBytes = maxHeadBytes;
    }

    /** The end that is connected to, whatever the target is. */
    HttpHost proxy() {
        return host;
    }

    /** The proxy's addresses, if the target is nothing that the egress rules refuse by its looks. */
    List<InetAddress> addresses(OpenExchange exchange, int port) throws IOException {
        targets.judgeLiteral(exchange.host(), port);
        try {
            return proxies.resolve(
                    proxy.host(),
                    proxy.port(),
                    exchange.owner(),
                    exchange.deadline().left());
        } catch (UnknownHostException e) {
            throw ProxyException.unreached("The name of the proxy " + proxy + " could not be resolved.", e);
        }
    }

    /** The failure to connect, as one of the proxy's. */
    ProxyException notConnected(IOException failure) {
        return ProxyException.unreached("The proxy " + proxy + " could not be connected to.", failure);
    }

    /** Has the proxy connect to the target. What comes on the wire afterwards is the target's. */
    void open(Wire wire, OpenExchange exchange, int port) throws ProxyException {
        String target = EgressProxy.authority(exchange.host(), port);
        ProxyAnswer answer = ask(wire, target, exchange.deadline());
        if (answer.status() < OK || answer.status() >= REDIRECTION) {
            throw refusal(target, answer);
        }
    }

    @Override
    public void close() {
        proxies.close();
    }

    /** The operator has chosen the proxy, wherever it is. */
    private static EgressRules anywhere() {
        return new EgressRules(EgressRules.parseAllowed("0.0.0.0/0,::/0"), Set.of(), List.of());
    }

    private ProxyAnswer ask(Wire wire, String target, Deadline deadline) throws ProxyException {
        try {
            wire.out().write(request(target).getBytes(StandardCharsets.UTF_8));
            return ProxyAnswer.read(wire.in(), maxHeadBytes);
        } catch (MessageConstraintException e) {
            throw ProxyException.unreached(
                    "The answer of the proxy " + proxy + " is not HTTP/1.1, or is over a limit.", e);
        } catch (IOException e) {
            String how = deadline.hasPassed()
                    ? " had not answered when the time was up."
                    : e instanceof EOFException
                            ? " closed the connection without a whole answer."
                            : " did not answer: the connection broke.";
            throw ProxyException.unreached("The proxy " + proxy + how, e);
        }
    }

    private String request(String target) {
        String authorization = proxy.authorization();
        return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n"
                + (authorization == null ? "" : "Proxy-Authorization: " + authorization + "\r\n") + "\r\n";
    }

    private ProxyException refusal(String target, ProxyAnswer answer) {
        boolean isOfTarget = meansUnreachable(answer);
        String sentence = "The proxy " + proxy
                + (isOfTarget ? " could not connect to " : " refused to connect to ") + target + ": "
                + answer.status() + words(answer) + ".";
        return ProxyException.answered(
                isOfTarget ? FailureReason.CONNECTION_ERROR : FailureReason.BLOCKED_ADDRESS, sentence);
    }

    /**
     * Smokescreen says 502 and 504 of names that it cannot find and addresses that do not answer, and 500 of what went wrong
     * in itself; Squid says 503 and 504, with a header that tells them from what its rules forbid.
     */
    private static boolean meansUnreachable(ProxyAnswer answer) {
        String squid = answer.field(SQUID);
        return answer.status() == SERVER_ERROR
                || answer.status() == BAD_GATEWAY
                || answer.status() == GATEWAY_TIMEOUT
                || (answer.status() == UNAVAILABLE && squid != null && !squid.startsWith("ERR_ACCESS_DENIED"));
    }

    /** None of a proxy that knows a password: however it spells what it was told, nobody is shown it. */
    private String words(ProxyAnswer answer) {
        String said = first(answer.field(SMOKESCREEN), answer.field(SQUID), answer.phrase());
        return said.isBlank() || proxy.authorization() != null
                ? ""
                : " " + ExchangeFailure.quoted(said.endsWith(".") ? said.substring(0, said.length() - 1) : said);
    }

    private static String first(@Nullable String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null && !candidate.isBlank()) {
                return candidate;
            }
        }
        return "";
    }
}
