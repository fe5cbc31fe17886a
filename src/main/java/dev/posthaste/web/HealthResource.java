package dev.posthaste.web;

import dev.posthaste.web.http.ApiException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Whether the server can do its work; for load balancers, without a token. */
@Path("/api/health")
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource {
    private final BooleanSupplier databaseAnswers;

    HealthResource(BooleanSupplier databaseAnswers) {
        this.databaseAnswers = databaseAnswers;
    }

    /** 200 when it can, else 503. */
    @GET
    public Map<String, String> check() {
        if (!databaseAnswers.getAsBoolean()) {
            throw ApiException.unavailable("The database cannot be reached, or this node cannot deliver just now.");
        }
        return Map.of("status", "ok");
    }
}
