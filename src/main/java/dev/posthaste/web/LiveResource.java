package dev.posthaste.web;

import dev.posthaste.web.http.ApiException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;

/** Whether the process is worth keeping; for supervisors, without a token. The database has nothing to do with it. */
@Path("/api/live")
@Produces(MediaType.APPLICATION_JSON)
public final class LiveResource {
    private final Health health;

    LiveResource(Health health) {
        this.health = health;
    }

    /** 200 when it is, else 503. */
    @GET
    public Map<String, String> check() {
        if (!health.lives().getAsBoolean()) {
            throw ApiException.unavailable("This server has lost a thread and ends.");
        }
        return Map.of("status", "ok");
    }
}
