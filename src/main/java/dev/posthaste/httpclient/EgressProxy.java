package dev.posthaste.httpclient;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The operator's proxy, through which whatever is sent goes (RFC 9110, section 9.3.6). What it is told of credentials is
 * shown to nobody else.
 */
public final class EgressProxy {
    private static final Pattern FORM =
            Pattern.compile("http://(?:([^@/]*)@)?(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+):([0-9]{1,5})/?");
    private static final int MAX_PORT = 65_535;

    private final String host;
    private final int port;
    private final @Nullable String basic;

    private EgressProxy(String host, int port, @Nullable String user, @Nullable String password) {
        this.host = host;
        this.port = port;
        this.basic = user == null
                ? null
                : Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads {@code http://host:port} or {@code http://user:password@host:port}, user and password as URLs spell them.
     *
     * @throws IllegalArgumentException when it is not of that form, with a message that shows nothing of it
     */
    public static EgressProxy parse(String text) {
        Matcher parts = FORM.matcher(text.strip());
        if (!parts.matches() || portOf(parts) < 1 || portOf(parts) > MAX_PORT) {
            throw malformed();
        }
        String host = parts.group(2);
        String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        String credentials = parts.group(1);
        if (credentials == null) {
            return new EgressProxy(literal, portOf(parts), null, null);
        }
        int colon = credentials.indexOf(':');
        String user = decoded(credentials.substring(0, Math.max(0, colon)));
        // RFC 7617, section 2: the first colon ends the user's name.
        if (colon < 1 || user.indexOf(':') >= 0) {
            throw malformed();
        }
        return new EgressProxy(literal, portOf(parts), user, decoded(credentials.substring(colon + 1)));
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** The value of {@code Proxy-Authorization}; null for none. */
    @Nullable
    String authorization() {
        return basic == null ? null : "Basic " + basic;
    }

    /** Where it is, and nothing else. */
    @Override
    public String toString() {
        return authority(host, port);
    }

    /** Host and port as RFC 3986 has them. */
    static String authority(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private static int portOf(Matcher parts) {
        return Integer.parseInt(parts.group(3));
    }

    /** As URLs have it: a plus is a plus. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("a proxy is http://host:port or http://user:password@host:port");
    }
}
