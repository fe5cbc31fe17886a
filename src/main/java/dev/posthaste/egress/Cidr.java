package dev.posthaste.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A block of addresses, such as {@code 10.0.0.0/8}. An IPv4 address that is mapped into IPv6 counts as the IPv4 address
 * that it is.
 */
public final class Cidr {
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern QUAD = Pattern.compile("(\\d{1,3}\\.){3}\\d{1,3}");

    private final byte[] network;
    private final int prefixLength;

    private Cidr(byte[] network, int prefixLength) {
        this.network = network;
        this.prefixLength = prefixLength;
    }

    /**
     * Reads a block; an address by itself is a block of one.
     *
     * @throws IllegalArgumentException when it is none, with a sentence that names it
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = address(text, slash < 0 ? text : text.substring(0, slash));
        int bits = address.length * 8;
        int length = slash < 0 ? bits : prefixLength(text, text.substring(slash + 1), bits);
        return new Cidr(masked(address, length), length);
    }

    /** Whether the address belongs to the block. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == network.length && Arrays.equals(masked(bytes, prefixLength), network);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr cidr && cidr.prefixLength == prefixLength && Arrays.equals(cidr.network, network);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(network) * 31 + prefixLength;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/" + prefixLength;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    private static byte[] address(String whole, String text) {
        // Only what is an address by itself: a name would be looked up.
        boolean isLiteral = ADDRESS.matcher(text).matches()
                && (text.contains(":") || QUAD.matcher(text).matches());
        if (isLiteral) {
            try {
                return InetAddress.getByName(text).getAddress();
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(complaint(whole), e);
            }
        }
        throw new IllegalArgumentException(complaint(whole));
    }

    private static int prefixLength(String whole, String text, int bits) {
        try {
            int length = Integer.parseInt(text);
            if (length >= 0 && length <= bits) {
                return length;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(complaint(whole), e);
        }
        throw new IllegalArgumentException(complaint(whole));
    }

    private static String complaint(String text) {
        return "\"" + text + "\" is no block of addresses such as 10.0.0.0/8 or fd00::/8";
    }

    private static byte[] masked(byte[] address, int length) {
        byte[] masked = address.clone();
        for (int i = 0; i < masked.length; i++) {
            int kept = Math.max(0, Math.min(8, length - i * 8));
            masked[i] &= (byte) (0xff << (8 - kept));
        }
        return masked;
    }
}
