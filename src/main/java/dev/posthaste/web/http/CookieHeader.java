package dev.posthaste.web.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;

/**
 * The cookies of a call, as browsers send them (RFC 6265, section 5.4): names and values as some server of the host has set
 * them, separated by semicolons. Nothing in them is special, quotes neither: a cookie of somebody else that has one without
 * its other half must not take ours with it, as it does in the container's reading.
 *
 * @param lines the values of all {@code Cookie} headers
 */
record CookieHeader(List<String> lines) {
    static CookieHeader of(HttpServletRequest call) {
        Enumeration<String> lines = call.getHeaders("Cookie");
        return new CookieHeader(lines == null ? List.of() : new ArrayList<>(Collections.list(lines)));
    }

    /** The value of the first cookie of that name; empty when there is none. */
    Optional<String> value(String name) {
        for (String line : lines) {
            for (String cookie : line.split(";", -1)) {
                int equals = cookie.indexOf('=');
                if (equals > 0 && cookie.substring(0, equals).strip().equals(name)) {
                    return Optional.of(cookie.substring(equals + 1).strip());
                }
            }
        }
        return Optional.empty();
    }
}
