package dev.posthaste.web;

import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.RequiresScope;
import io.dropwizard.auth.Auth;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** How a team's jobs stand, all at once. */
@Path("/api/overview")
@Produces(MediaType.APPLICATION_JSON)
public final class OverviewResource {
    private final Snapshots snapshots;

    OverviewResource(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    /** Made within the last two seconds, or now; what failed last is told to who may see jobs. */
    @GET
    @RequiresScope(Scope.QUEUES_READ)
    public Response show(
            @Auth ApiToken token,
            @HeaderParam(HttpHeaders.ACCEPT_ENCODING) @Nullable String acceptEncoding,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch)
            throws SQLException {
        return snapshots
                .of(token.teamId(), token.scopes().has(Scope.JOBS_READ))
                .to(acceptEncoding, ifNoneMatch)
                .build();
    }
}
