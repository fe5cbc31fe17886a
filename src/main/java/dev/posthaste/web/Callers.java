package dev.posthaste.web;

import com.google.common.net.InetAddresses;
import dev.posthaste.audit.Actor;
import dev.posthaste.teams.ApiToken;
import jakarta.servlet.http.HttpServletRequest;

/** Whom the audit names for a call. */
final class Callers {
    private Callers() {}

    /** The token, and the address that its connection comes from; what a proxy forwards may be none. */
    static Actor of(ApiToken token, HttpServletRequest call) {
        String address = call.getRemoteAddr();
        boolean isAddress = address != null && InetAddresses.isInetAddress(address);
        return Actor.token(token.id(), token.name(), isAddress ? address : "unknown");
    }
}
