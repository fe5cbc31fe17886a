package dev.posthaste.web;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Session;
import dev.posthaste.teams.SessionSecret;
import dev.posthaste.teams.TokenSecret;
import dev.posthaste.web.http.AnyScope;
import dev.posthaste.web.http.Authentication;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.OwnPages;
import dev.posthaste.web.http.SessionCookie;
import dev.posthaste.web.input.SignInReader;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;

/** Signing in and out, for browsers: a token or a login link becomes a cookie that no script reads. */
@Path("/api/session")
@Produces(MediaType.APPLICATION_JSON)
public final class SessionResource {
    private final Authentication authentication;
    private final SessionCookie cookie;
    private final SignInReader reader;
    private final Bodies bodies;

    SessionResource(Authentication authentication, SessionCookie cookie, SignInReader reader, Bodies bodies) {
        this.authentication = authentication;
        this.cookie = cookie;
        this.reader = reader;
        this.bodies = bodies;
    }

    /** Begins a session, which may do what its token may, and ends with it. */
    @POST
    public Response signIn(@Context HttpServletRequest call) throws IOException {
        OwnPages.mayBeOurs(call);
        SignInReader.SignIn shown = reader.read(bodies.tiny(call).text());
        String address = Callers.address(call);
        Session session = shown.token() == null
                ? authentication.signInBy(call, new SessionSecret(String.valueOf(shown.link())), address)
                : authentication.signIn(call, new TokenSecret(shown.token()), address);
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.SET_COOKIE, cookie.set(session, call))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(new SessionAnswer(ContractTime.seconds(session.expiresAt())))
                .build();
    }

    /** Ends the session that a call is made in, and what its browser has from a call over http; who calls with a token has none. */
    @DELETE
    @AnyScope
    public Response signOut(@Auth ApiToken token, @Context HttpServletRequest call) {
        cookie.allOf(call).forEach(authentication::signOut);
        Response.ResponseBuilder answer = Response.noContent();
        cookie.clear(call).forEach(one -> answer.header(HttpHeaders.SET_COOKIE, one));
        return answer.build();
    }

    /** When it ends, unless its token does before. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record SessionAnswer(String expiresAt) {}
}
