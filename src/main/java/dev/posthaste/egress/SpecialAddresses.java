package dev.posthaste.egress;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses that are not an endpoint on the public Internet.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry/">IANA's registry for IPv4</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry/">IANA's registry for IPv6</a>
 */
final class SpecialAddresses {
    /** All that was ever assigned for use between hosts on the Internet (RFC 4291). */
    private static final Cidr GLOBAL_UNICAST = Cidr.parse("2000::/3");

    private final Map<Cidr, String> blocks = new LinkedHashMap<>();

    SpecialAddresses() {
        // Clouds keep their credentials there; two of these are in no registry.
        add("169.254.169.254/32", "a cloud's metadata service");
        add("169.254.170.2/32", "a cloud's metadata service");
        add("100.100.100.200/32", "a cloud's metadata service");
        add("192.0.0.192/32", "a cloud's metadata service");
        add("168.63.129.16/32", "a cloud's platform service");
        add("fd00:ec2::254/128", "a cloud's metadata service");
        add("0.0.0.0/8", "this network (RFC 791)");
        add("10.0.0.0/8", "private (RFC 1918)");
        add("100.64.0.0/10", "shared between carriers (RFC 6598)");
        add("127.0.0.0/8", "loopback (RFC 1122)");
        add("169.254.0.0/16", "link-local (RFC 3927)");
        add("172.16.0.0/12", "private (RFC 1918)");
        add("192.0.0.0/24", "for protocols (RFC 6890)");
        add("192.0.2.0/24", "documentation (RFC 5737)");
        add("192.31.196.0/24", "AS112 (RFC 7535)");
        add("192.52.193.0/24", "AMT (RFC 7450)");
        add("192.88.99.0/24", "6to4 relays (RFC 7526)");
        add("192.168.0.0/16", "private (RFC 1918)");
        add("192.175.48.0/24", "AS112 (RFC 7534)");
        add("198.18.0.0/15", "benchmarks (RFC 2544)");
        add("198.51.100.0/24", "documentation (RFC 5737)");
        add("203.0.113.0/24", "documentation (RFC 5737)");
        add("224.0.0.0/4", "multicast (RFC 5771)");
        add("240.0.0.0/4", "reserved (RFC 1112)");
        add("::1/128", "loopback (RFC 4291)");
        add("::/128", "unspecified (RFC 4291)");
        add("64:ff9b::/96", "IPv4 translated (RFC 6052)");
        add("64:ff9b:1::/48", "IPv4 translated (RFC 8215)");
        add("fc00::/7", "private (RFC 4193)");
        add("fe80::/10", "link-local (RFC 4291)");
        add("ff00::/8", "multicast (RFC 4291)");
        add("2001::/23", "for protocols, Teredo among them (RFC 2928)");
        add("2001:db8::/32", "documentation (RFC 3849)");
        add("2002::/16", "6to4 (RFC 3056)");
        add("2620:4f:8000::/48", "AS112 (RFC 7534)");
        add("3fff::/20", "documentation (RFC 9637)");
    }

    /** What the address is for, in a few words; empty for one that anybody may be asked to reach. */
    Optional<String> purposeOf(InetAddress address) {
        for (Map.Entry<Cidr, String> block : blocks.entrySet()) {
            if (block.getKey().contains(address)) {
                return Optional.of(block.getValue());
            }
        }
        return address instanceof Inet6Address && !GLOBAL_UNICAST.contains(address)
                ? Optional.of("not global unicast (RFC 4291)")
                : Optional.empty();
    }

    private void add(String block, String purpose) {
        blocks.put(Cidr.parse(block), purpose);
    }
}
