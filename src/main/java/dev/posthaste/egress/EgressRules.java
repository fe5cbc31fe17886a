package dev.posthaste.egress;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which addresses may be reached. Special ones may not, unless a block of addresses that the operator named holds them;
 * the server's own ports and its database's never. Thread-safe.
 */
public final class EgressRules {
    private final List<Cidr> allowed;
    private final Set<Integer> ownPorts;
    private final List<InetSocketAddress> databases;
    private final SpecialAddresses special = new SpecialAddresses();
    private final LocalAddresses local = new LocalAddresses();

    /**
     * @param allowed may be reached although they are special
     * @param ownPorts refused on every address of this machine
     * @param databases refused, whatever they resolve to at the moment of asking
     */
    public EgressRules(List<Cidr> allowed, Set<Integer> ownPorts, List<InetSocketAddress> databases) {
        this.allowed = List.copyOf(allowed);
        this.ownPorts = Set.copyOf(ownPorts);
        this.databases = List.copyOf(databases);
    }

    /**
     * Reads a list such as {@code 127.0.0.0/8,10.20.0.0/16}; blanks do not matter.
     *
     * @throws IllegalArgumentException when a piece of it is no block of addresses, with a sentence that names it
     */
    public static List<Cidr> parseAllowed(String text) {
        return Stream.of(text.split(",", -1))
                .map(String::strip)
                .filter(piece -> !piece.isEmpty())
                .map(Cidr::parse)
                .toList();
    }

    /** Why the address may not be reached, in a sentence; empty when it may be. */
    public Optional<String> refusal(InetAddress address, int port) {
        if (ownPorts.contains(port) && local.contains(address)) {
            return Optional.of("Port " + port + " of this machine is the server's own.");
        }
        if (isDatabase(address, port)) {
            return Optional.of("The server's database may not be reached.");
        }
        if (allowed.stream().anyMatch(block -> block.contains(address))) {
            return Optional.empty();
        }
        return special.purposeOf(address)
                .map(purpose -> "The address " + address.getHostAddress() + " is not public: " + purpose
                        + ". POSTHASTE_EGRESS_ALLOW names what may be reached all the same.");
    }

    private boolean isDatabase(InetAddress address, int port) {
        return databases.stream().anyMatch(database -> database.getPort() == port && isAt(database, address));
    }

    private boolean isAt(InetSocketAddress database, InetAddress address) {
        try {
            for (InetAddress one : InetAddress.getAllByName(database.getHostString())) {
                if (one.equals(address) || (local.contains(one) && local.contains(address))) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException e) {
            // A database that cannot be found just now may be at any address.
            return true;
        }
    }
}
