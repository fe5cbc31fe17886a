package dev.posthaste.web;

import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.Admission;
import dev.posthaste.web.http.EventStream;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.http.SessionCookie;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
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
    private final Viewers viewers;
    private final SessionCookie cookie;

    OverviewResource(Snapshots snapshots, Viewers viewers, SessionCookie cookie) {
        this.snapshots = snapshots;
        this.viewers = viewers;
        this.cookie = cookie;
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
                .of(Viewers.keyOf(token))
                .answer()
                .to(acceptEncoding, ifNoneMatch)
                .build();
    }

    /** The same again and again, a new one every two seconds, until whoever looks goes, may not any more, or this node stops. */
    @GET
    @Path("/live")
    @Produces(EventStream.TYPE)
    @RequiresScope(Scope.QUEUES_READ)
    public Response follow(@Auth ApiToken token, @Context HttpServletRequest call) throws SQLException {
        // Jersey takes a HEAD for a GET of which nothing is sent.
        return call.getMethod().equals(HttpMethod.HEAD)
                ? EventStream.headers().build()
                : viewers.add(Admission.of(call, token, cookie), EventStream.to(call));
    }
}
