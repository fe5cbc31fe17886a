package dev.posthaste.terminal;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where the API is.
 *
 * @param base without a slash at its end; it may have a path, behind a proxy
 */
record ServerAddress(String base) {
    static final String DEFAULT = "http://localhost:8080";

    /** @param source what names it, for who has to mend it */
    static ServerAddress of(String text, String source) {
        String base = text.replaceFirst("/+$", "");
        try {
            URI uri = new URI(base);
            boolean isHttp = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            boolean isPlain = uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
            if (isHttp && isPlain && uri.getHost() != null) {
                return new ServerAddress(base);
            }
            if (isHttp
                    && isPlain
                    && uri.getRawAuthority() != null
                    && uri.getRawAuthority().indexOf('_') >= 0) {
                throw CommandFailure.usage("The host that " + source + " names has an underscore: " + text
                        + ". Java's client calls no such host; name the server by another name, or by its IP address.");
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw CommandFailure.usage(
                "What " + source + " names is no address of a server, such as " + DEFAULT + ": " + text);
    }

    URI at(String path) {
        return URI.create(base + path);
    }
}
