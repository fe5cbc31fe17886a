package dev.posthaste.web;

import dev.posthaste.recurring.PingSecret;
import dev.posthaste.recurring.Pings;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.PingLimits;
import dev.posthaste.web.http.PingTurns;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.util.Map;

/**
 * Pings of crons, without a token: the secret in the path is what lets in, and all that it lets do. Whatever body comes is not
 * read, and whatever answer is wanted it counts. HEAD is a GET without an answer's body (RFC 9110, section 9.3.2), and counts as one.
 */
@Path("/ping/{secret}")
@Produces(MediaType.WILDCARD)
public final class PingResource {
    private final Pings pings;
    private final PingLimits limits;
    private final PingTurns turns;

    PingResource(Pings pings, PingLimits limits, PingTurns turns) {
        this.pings = pings;
        this.limits = limits;
        this.turns = turns;
    }

    /** What was to be done is done. */
    @GET
    public Response ping(@PathParam("secret") String secret, @Context HttpServletRequest call) throws SQLException {
        return take(secret, call, false);
    }

    /** The same. */
    @POST
    public Response pingByPost(@PathParam("secret") String secret, @Context HttpServletRequest call)
            throws SQLException {
        return take(secret, call, false);
    }

    /** It has failed. */
    @GET
    @Path("/fail")
    public Response fail(@PathParam("secret") String secret, @Context HttpServletRequest call) throws SQLException {
        return take(secret, call, true);
    }

    /** The same. */
    @POST
    @Path("/fail")
    public Response failByPost(@PathParam("secret") String secret, @Context HttpServletRequest call)
            throws SQLException {
        return take(secret, call, true);
    }

    /** What was removed, what is misspelt and what never was are one: the same look-up, and the same answer. */
    private Response take(String text, HttpServletRequest call, boolean isFailure) throws SQLException {
        PingSecret secret = new PingSecret(text);
        byte[] sha256 = secret.sha256();
        limits.mustPass(call.getRemoteAddr(), sha256);
        boolean isTaken;
        try {
            PingTurns.Turn turn = turns.take(sha256);
            try (turn) {
                isTaken = pings.take(secret, isFailure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("The server is stopping.");
        }
        if (!isTaken) {
            limits.noteUnknown(call.getRemoteAddr());
            throw ApiException.notFound("Ping URL");
        }
        limits.noteKnown(sha256);
        return Response.ok(Map.of("ok", true), MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
