package dev.posthaste.web;

import dev.posthaste.web.http.ApiException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;

/** Whether calls should come to this node; for load balancers, which ask often, without a token. */
@Path("/api/ready")
@Produces(MediaType.APPLICATION_JSON)
public final class ReadyResource {
    private final Health health;

    ReadyResource(Health health) {
        this.health = health;
    }

    /** 200 when they should, else 503 with the reasons. */
    @GET
    public Map<String, String> check() {
        List<String> obstacles = health.obstacles().get();
        if (!obstacles.isEmpty()) {
            throw ApiException.unavailable(String.join(" ", obstacles));
        }
        return Map.of("status", health.isPaused().getAsBoolean() ? "paused" : "ok");
    }
}
