package dev.posthaste.jobs;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL that a request may be sent to: absolute http or https, without userinfo, with a host that every reader reads
 * alike.
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
    public static final int MOST_CHARACTERS = 2_048;

    private static final int HIGHEST_PORT = 65_535;
    private static final int LONGEST_HOST = 253;
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\[\\]:@]+)(?::(\\d{1,5}))?");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?");
    private static final Pattern NUMBER = Pattern.compile("\\d+|0[xX][0-9A-Fa-f]*");
    private static final Pattern QUAD = Pattern.compile("(?:(?:0|[1-9]\\d{0,2})\\.){3}(?:0|[1-9]\\d{0,2})");

    /** Reads a URL; empty when nothing may be sent there. */
    public static Optional<TargetUrl> parse(String text) {
        if (text.codePointCount(0, text.length()) > MOST_CHARACTERS) {
            return Optional.empty();
        }
        try {
            return read(new URI(text));
        } catch (URISyntaxException e) {
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
        String host = parts.group(1).toLowerCase(Locale.ROOT);
        int defaultPort = scheme.equals("http") ? 80 : 443;
        int port = parts.group(2) == null ? defaultPort : Integer.parseInt(parts.group(2));
        return port < 1 || port > HIGHEST_PORT || !isHost(host)
                ? Optional.empty()
                : Optional.of(new TargetUrl(scheme, withoutBrackets(host), port, pathAndQuery(uri)));
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

    private static boolean isNameOrQuad(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String[] labels = name.split("\\.", -1);
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                return false;
            }
        }
        boolean isNumeric = NUMBER.matcher(labels[labels.length - 1]).matches();
        return name.length() <= LONGEST_HOST && (!isNumeric || isCanonicalQuad(host));
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
        String text = uri.toASCIIString();
        // Mostly it is ASCII already, and need not be taken apart again.
        URI ascii = text.equals(uri.toString()) ? uri : URI.create(text);
        String path = ascii.getRawPath() == null || ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
        return ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery();
    }
}
