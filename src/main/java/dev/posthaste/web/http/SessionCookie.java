package dev.posthaste.web.http;

import dev.posthaste.teams.Session;
import dev.posthaste.teams.SessionSecret;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The cookie of a session. It has no {@code Path}, so that a browser takes the folder of the call that set it, {@code api} under
 * whatever prefix a proxy serves it (RFC 6265, section 5.1.4): what the host has under other paths does not get it. Cookies know
 * no ports, so that another server of the same host gets it where its paths begin alike; its name is the installation's, so that
 * signing in there leaves it as it is. Over https it has a name of its own, because a browser lets no answer over http replace
 * what is {@code Secure} (RFC 6265bis, section 5.7). No script reads it, and no other site has it sent. Thread-safe.
 */
public final class SessionCookie {
    private final String name;

    /** @param installation what all of its nodes are called, and no other installation */
    public SessionCookie(String installation) {
        name = "posthaste_session_" + installation;
    }

    /** What a call has; empty when it has none. */
    public Optional<SessionSecret> of(HttpServletRequest call) {
        return CookieHeader.of(call).value(nameFor(call)).map(SessionSecret::new);
    }

    /** All that a call has: over https a browser sends what it was given over http as well. */
    public List<SessionSecret> allOf(HttpServletRequest call) {
        CookieHeader header = CookieHeader.of(call);
        return namesOf(call)
                .flatMap(one -> header.value(one).stream())
                .map(SessionSecret::new)
                .toList();
    }

    /** As {@code Set-Cookie} has it. */
    public String set(Session session, HttpServletRequest call) {
        return header(nameFor(call), session.secret().value(), session.length().toSeconds(), call);
    }

    /** The same of all of them, and the browser forgets each. */
    public List<String> clear(HttpServletRequest call) {
        return namesOf(call).map(one -> header(one, "", 0, call)).toList();
    }

    /** Over https never sent without it; by what a proxy forwards, where the connector believes that. */
    private static String header(String name, String value, long seconds, HttpServletRequest call) {
        return name + "=" + value + "; Max-Age=" + seconds + "; HttpOnly; SameSite=Strict"
                + (call.isSecure() ? "; Secure" : "");
    }

    private Stream<String> namesOf(HttpServletRequest call) {
        return Stream.of(nameFor(call), name).distinct();
    }

    private String nameFor(HttpServletRequest call) {
        return call.isSecure() ? "__Secure-" + name : name;
    }
}
