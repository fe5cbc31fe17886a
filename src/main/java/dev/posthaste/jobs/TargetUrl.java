package dev.posthaste.jobs;

import com.google.common.escape.Escaper;
import com.google.common.net.PercentEscaper;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL that a request may be sent to: absolute http or https, without userinfo, with a host that has one reading.
 *
 * <p>{@link URI} alone is too liberal (ports of any size, userinfo) and too strict (no underscore in a host), so the
 * authority is read here. A host whose last label is a number must be a canonical dotted quad, as in the WHATWG URL
 * standard: {@code 0177.0.0.1} means different things to different readers.
 *
 * @param scheme {@code http} or {@code https}
 * @param host lower case; an IPv6 address without its brackets
 * @param port the explicit one or the scheme's
 * @param pathAndQuery as it is sent, ASCII only, beginning with a slash
 */
public record TargetUrl(String scheme, String host, int port, String pathAndQuery) {
    /** No URL is longer, in characters. */
    public static final int MAX_CHARACTERS = 2_048;

    /** What {@link URI} lets stand in a path and a query, beside letters and digits. */
    private static final String ASCII = "-_.!~*'(),;:$&+=?/[]@%";

    /**
     * What is not ASCII as the octets of its UTF-8. Not {@link URI#toASCIIString()}, which composes letters first (NFC):
     * a receiver that tells {@code e} + U+0301 from {@code U+00E9} would be asked for another resource.
     */
    private static final Escaper BEYOND_ASCII = new PercentEscaper(ASCII, false);

    private static final int MAX_PORT = 65_535;
    private static final int MAX_HOST = 253;
    private static final int MAX_LABEL = 63;
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\[\\]:@]+)(?::(\\d{1,5}))?");
    private static final Pattern NUMBER = Pattern.compile("\\d+|0[xX][0-9A-Fa-f]*");
    private static final Pattern QUAD = Pattern.compile("(?:(?:0|[1-9]\\d{0,2})\\.){3}(?:0|[1-9]\\d{0,2})");

    /** Whom a request to it reaches: two URLs of one origin go to the same receiver. */
    public String origin() {
        return scheme + "://" + host + ":" + port;
    }

    /** Reads a URL; empty when nothing may be sent there. */
    public static Optional<TargetUrl> parse(String text) {
        if (text.codePointCount(0, text.length()) > MAX_CHARACTERS) {
            return Optional.empty();
        }
        try {
            return read(new URI(text));
        } catch (URISyntaxException | IllegalArgumentException e) {
            // The second: it holds half a character, which UTF-8 cannot spell.
            return Optional.empty();
        }
    }

    private static Optional<TargetUrl> read(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String authority = uri.getRawAuthority();
        if ((!scheme.equals("http") && !scheme.equals("https")) || authority == null) {
            return Optional.empty();
        }
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String host = parts.group(1);
        int defaultPort = scheme.equals("http") ? 80 : 443;
        int port = parts.group(2) == null ? defaultPort : Integer.parseInt(parts.group(2));
        return port < 1 || port > MAX_PORT || !isHost(host)
                ? Optional.empty()
                : Optional.of(
                        new TargetUrl(scheme, withoutBrackets(host).toLowerCase(Locale.ROOT), port, pathAndQuery(uri)));
    }

    private static boolean isHost(String host) {
        return host.startsWith("[") ? isIpv6(withoutBrackets(host)) : isNameOrQuad(host);
    }

    private static boolean isIpv6(String address) {
        try {
            return address.contains(":") && InetAddress.getByName(address) != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Reads character by character: every push and every delivery comes by here. */
    private static boolean isNameOrQuad(String host) {
        int end = host.endsWith(".") ? host.length() - 1 : host.length();
        int label = 0;
        for (int dot = host.indexOf('.'); dot >= 0 && dot < end; dot = host.indexOf('.', label)) {
            if (!isLabel(host, label, dot)) {
                return false;
            }
            label = dot + 1;
        }
        return end <= MAX_HOST && isLabel(host, label, end) && (!isNumber(host, label, end) || isCanonicalQuad(host));
    }

    private static boolean isLabel(String host, int from, int to) {
        if (from >= to || to - from > MAX_LABEL || host.charAt(from) == '-' || host.charAt(to - 1) == '-') {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = host.charAt(i);
            if (!isDigit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumber(String host, int from, int to) {
        return isDigit(host.charAt(from))
                && NUMBER.matcher(host).region(from, to).matches();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isCanonicalQuad(String host) {
        if (!QUAD.matcher(host).matches()) {
            return false;
        }
        for (String part : host.split("\\.", -1)) {
            if (Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String pathAndQuery(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return BEYOND_ASCII.escape(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    }
}
