package dev.posthaste.egress;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Holds the HTTP client to the egress rules: it connects to exactly the addresses that this returns, at the moment of
 * connecting, and asks for literal addresses too. What a name resolved to earlier does not count. Thread-safe.
 */
public final class EgressDnsResolver implements DnsResolver, AutoCloseable {
    private static final int ANY_PORT = -1;

    private final EgressRules rules;
    private final HostLookup lookup;
    private final TimedLookup timedLookup;
    private final Supplier<Duration> timeLeft;

    /** @param timeLeft of the calling thread's exchange; a lookup waits no longer */
    public EgressDnsResolver(EgressRules rules, HostLookup lookup, Supplier<Duration> timeLeft) {
        this.rules = rules;
        this.lookup = lookup;
        this.timedLookup = new TimedLookup(lookup);
        this.timeLeft = timeLeft;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        return permitted(host, ANY_PORT).toArray(new InetAddress[0]);
    }

    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
        return permitted(host, port).stream()
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    /** Never asked of the network: nobody needs it. */
    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    @Override
    public void close() {
        timedLookup.close();
    }

    private List<InetAddress> permitted(String host, int port) throws UnknownHostException {
        List<InetAddress> permitted = new ArrayList<>();
        String refusal = null;
        for (InetAddress address : addressesOf(host)) {
            Optional<String> why = rules.refusal(address, port);
            if (why.isEmpty()) {
                permitted.add(address);
            } else if (refusal == null) {
                refusal = why.get();
            }
        }
        if (!permitted.isEmpty()) {
            return permitted;
        }
        throw refusal == null ? new UnknownHostException(host) : new BlockedAddressException(refusal);
    }

    private InetAddress[] addressesOf(String host) throws UnknownHostException {
        return isLiteral(host) ? lookup.addressesOf(host) : timedLookup.addressesOf(host, timeLeft.get());
    }

    /** A literal is not looked up by anybody, so it needs no thread of its own. */
    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }
}
