package dev.posthaste.web.http;

import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where calls come from, as far as one caller is told from another: an IPv4 address, or the /64 of an IPv6 one, which is what
 * one customer of a network has at least. Thread-safe: holds no state.
 */
public final class CallerAddress {
    private static final int SUBNET_BYTES = 8;
    private static final int ADDRESS_BYTES = 16;
    private static final int MAX_NAME = 64;

    private CallerAddress() {}

    /** @param address as the servlet API has it; with forwarded headers it is what a proxy has written */
    static String of(@Nullable String address) {
        if (address == null) {
            return "";
        }
        InetAddress parsed = parsed(address);
        if (parsed == null) {
            return address.length() <= MAX_NAME ? address : address.substring(0, MAX_NAME);
        }
        if (!(parsed instanceof Inet6Address)) {
            return parsed.getHostAddress();
        }
        byte[] subnet = Arrays.copyOf(Arrays.copyOf(parsed.getAddress(), SUBNET_BYTES), ADDRESS_BYTES);
        return InetAddresses.toAddrString(address(subnet)) + "/64";
    }

    /** The whole of it, as it is spelt without brackets and zone; null where it is none. */
    public static @Nullable String whole(@Nullable String address) {
        InetAddress parsed = address == null ? null : parsed(address);
        return parsed == null ? null : InetAddresses.toAddrString(parsed);
    }

    /** Jetty puts those of IPv6 into brackets, with their zone where they have one. */
    private static @Nullable InetAddress parsed(String address) {
        String literal =
                address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
        int zone = literal.indexOf('%');
        String withoutZone = zone < 0 ? literal : literal.substring(0, zone);
        return InetAddresses.isInetAddress(withoutZone) ? InetAddresses.forString(withoutZone) : null;
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("so many octets are an address", e);
        }
    }
}
