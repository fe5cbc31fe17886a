package dev.posthaste.web;

import dev.posthaste.web.http.ApiException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;

/** Whether the server can do its work; for load balancers, without a token. */
@Path("/api/health")
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource {
    private final Health health;

    HealthResource(Health health) {
        this.health = health;
    }

    /** 200 when it can, else 503. */
    @GET
    public Map<String, String> check() {
        if (!health.works().getAsBoolean()) {
            throw ApiException.unavailable("The database cannot be reached, or this node cannot deliver just now.");
        }
        return Map.of("status", "ok");
    }
}
