package dev.posthaste.teams;

import java.security.Principal;

/** A valid token, and so whoever calls with it. */
public record ApiToken(long id, long teamId, String name) implements Principal {
    @Override
    public String getName() {
        return name;
    }
}
