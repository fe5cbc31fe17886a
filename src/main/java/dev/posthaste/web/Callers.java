package dev.posthaste.web;

import dev.posthaste.audit.Actor;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.web.http.CallerAddress;
import jakarta.servlet.http.HttpServletRequest;

/** Whom the audit names for a call. */
final class Callers {
    private Callers() {}

    /** The token, and where the call comes from. */
    static Actor of(ApiToken token, HttpServletRequest call) {
        return Actor.token(token.id(), token.name(), address(call));
    }

    /** The address that its connection comes from; what a proxy forwards may be none. */
    static String address(HttpServletRequest call) {
        String address = CallerAddress.whole(call.getRemoteAddr());
        return address == null ? "unknown" : address;
    }
}
