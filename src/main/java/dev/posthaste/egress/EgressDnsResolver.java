package dev.posthaste.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Holds the HTTP client to the egress rules: it connects to exactly the addresses that this returns, at the moment of
 * connecting, and asks for literal addresses too. What a name resolved to earlier does not count. Thread-safe.
 */
public final class EgressDnsResolver implements AutoCloseable {
    private final EgressRules rules;
    private final HostLookup lookup;
    private final TimedLookup timedLookup;

    /** @param lookup finds the addresses of names */
    public EgressDnsResolver(EgressRules rules, HostLookup lookup) {
        this.rules = rules;
        this.lookup = lookup;
        this.timedLookup = new TimedLookup(lookup);
    }

    /**
     * The addresses that may be connected to, in the lookup's order.
     *
     * @param owner for whose sake the host is resolved: owners share the lookups fairly
     * @param timeLeft is waited, and no longer
     * @throws BlockedAddressException when the host has addresses, but none that may be reached
     */
    public List<InetAddress> resolve(String host, int port, long owner, Duration timeLeft) throws UnknownHostException {
        List<InetAddress> permitted = new ArrayList<>();
        String refusal = null;
        for (InetAddress address : addressesOf(host, owner, timeLeft)) {
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

    /**
     * Holds a host that is a literal address to the rules; of a name nobody is asked.
     *
     * @throws BlockedAddressException when it may not be reached
     */
    public void judgeLiteral(String host, int port) throws UnknownHostException {
        if (isLiteral(host)) {
            resolve(host, port, 0, Duration.ZERO);
        }
    }

    @Override
    public void close() {
        timedLookup.close();
    }

    private InetAddress[] addressesOf(String host, long owner, Duration timeLeft) throws UnknownHostException {
        return isLiteral(host) ? lookup.addressesOf(host) : timedLookup.addressesOf(host, owner, timeLeft);
    }

    /** A literal is not looked up by anybody, so it needs no thread of its own. */
    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }
}
