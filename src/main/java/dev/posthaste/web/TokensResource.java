package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.MadeToken;
import dev.posthaste.teams.NewToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.teams.Teams;
import dev.posthaste.teams.TokenEntry;
import dev.posthaste.teams.Tokens;
import dev.posthaste.web.http.AnyScope;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.Cursors;
import dev.posthaste.web.input.Ids;
import dev.posthaste.web.input.NewTokenReader;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A team's tokens, and who is calling. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
public final class TokensResource {
    private static final Cursors CURSORS = new Cursors("tokens", List.of());

    private final Tokens tokens;
    private final Teams teams;
    private final NewTokenReader reader;
    private final Bodies bodies;

    TokensResource(Tokens tokens, Teams teams, NewTokenReader reader, Bodies bodies) {
        this.tokens = tokens;
        this.teams = teams;
        this.reader = reader;
        this.bodies = bodies;
    }

    /** Makes a token that may do no more than the one that makes it. */
    @POST
    @Path("/tokens")
    @RequiresScope(Scope.ADMIN)
    public Response create(@Auth ApiToken token, @Context HttpServletRequest call) throws IOException {
        NewToken wanted = reader.read(bodies.single(call).text());
        token.scopes().firstMissing(wanted.scopes()).ifPresent(scope -> {
            throw ApiException.lacksScope(scope);
        });
        MadeToken made = tokens.create(token.teamId(), wanted.within(token.expiresAt()), Callers.of(token, call))
                .orElseThrow(ApiException::invalidToken);
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(TokenAnswer.of(made.entry(), made.secret().value()))
                .build();
    }

    /** The team's tokens that are not revoked, newest first; what they are was told once. */
    @GET
    @Path("/tokens")
    @RequiresScope(Scope.ADMIN)
    public Page<TokenAnswer> list(
            @Auth ApiToken token,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit) {
        Page.Request page = Page.Request.parse(cursor, limit, CURSORS);
        List<TokenAnswer> found = tokens.list(token.teamId(), page.before(), page.limit() + 1).stream()
                .map(entry -> TokenAnswer.of(entry, null))
                .toList();
        return Page.of(found, page.limit(), TokenAnswer::id, CURSORS);
    }

    /** Revokes one, on every node at once; its own too. */
    @DELETE
    @Path("/tokens/{id}")
    @RequiresScope(Scope.ADMIN)
    public Response revoke(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call) {
        if (!tokens.revoke(token.teamId(), Ids.parse(id, "Token"), Callers.of(token, call))) {
            throw ApiException.notFound("Token");
        }
        return Response.noContent().build();
    }

    /** Whose token this is and what it may do. */
    @GET
    @Path("/me")
    @AnyScope
    public MeAnswer me(@Auth ApiToken token) {
        String team = teams.nameOf(token.teamId()).orElseThrow(ApiException::invalidToken);
        return new MeAnswer(team, token.name(), token.scopes().names(), ContractTime.secondsOrNull(token.expiresAt()));
    }

    /**
     * The caller.
     *
     * @param name the token's
     * @param expiresAt null for never
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record MeAnswer(
            String team,
            String name,
            List<String> scopes,
            @Nullable String expiresAt) {}

    /**
     * A token as clients see it.
     *
     * @param token only in the answer to its making
     * @param lastUsedAt to the minute; null for never
     * @param expiresAt null for never
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record TokenAnswer(
            long id,
            String name,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String token,

            String prefix,
            List<String> scopes,
            @Nullable String lastUsedAt,
            @Nullable String expiresAt,
            String createdAt) {
        static TokenAnswer of(TokenEntry entry, @Nullable String token) {
            return new TokenAnswer(
                    entry.id(),
                    entry.name(),
                    token,
                    entry.prefix(),
                    entry.scopes().names(),
                    ContractTime.secondsOrNull(entry.lastUsedAt()),
                    ContractTime.secondsOrNull(entry.expiresAt()),
                    ContractTime.seconds(entry.createdAt()));
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "token " + id;
        }
    }
}
