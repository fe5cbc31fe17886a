package dev.posthaste.web.http;

import dev.posthaste.teams.Session;
import dev.posthaste.teams.SessionSecret;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * The cookie of a session. It has no {@code Path}, so that a browser takes the folder of the call that set it, {@code api} under
 * whatever prefix a proxy serves it (RFC 6265, section 5.1.4): what the host has under other paths does not get it. Cookies know
 * no ports, so that another server of the same host gets it where its paths begin alike. No script reads it, and no other site
 * has it sent.
 */
public final class SessionCookie {
    private static final String NAME = "posthaste_session";

    private SessionCookie() {}

    /** What a call has; empty when it has none. */
    static Optional<SessionSecret> of(HttpServletRequest call) {
        return CookieHeader.of(call).value(NAME).map(SessionSecret::new);
    }

    /** As {@code Set-Cookie} has it. */
    public static String set(Session session, HttpServletRequest call) {
        return header(session.secret().value(), session.length().toSeconds(), call);
    }

    /** The same, and the browser forgets it. */
    public static String clear(HttpServletRequest call) {
        return header("", 0, call);
    }

    /** Over https never sent without it; by what a proxy forwards, where the connector believes that. */
    private static String header(String value, long seconds, HttpServletRequest call) {
        return NAME + "=" + value + "; Max-Age=" + seconds + "; HttpOnly; SameSite=Strict"
                + (call.isSecure() ? "; Secure" : "");
    }
}
