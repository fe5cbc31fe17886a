package dev.posthaste.web;

import dev.posthaste.audit.Actor;
import dev.posthaste.teams.ApiToken;
import jakarta.servlet.http.HttpServletRequest;

/** Whom the audit names for a call. */
final class Callers {
    private Callers() {}

    /** The token, and the address that its connection comes from. */
    static Actor of(ApiToken token, HttpServletRequest call) {
        return Actor.token(token.id(), token.name(), call.getRemoteAddr());
    }
}
