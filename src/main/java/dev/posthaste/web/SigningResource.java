package dev.posthaste.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.posthaste.audit.Actor;
import dev.posthaste.contract.ContractTime;
import dev.posthaste.signing.Algorithm;
import dev.posthaste.signing.SecretKeyException;
import dev.posthaste.signing.SigningSecretEntry;
import dev.posthaste.signing.SigningSecrets;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.AnyScope;
import dev.posthaste.web.http.ApiException;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.Ids;
import dev.posthaste.web.input.RotationReader;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a team's requests are signed with. A team has two secrets at most, so that its lists are whole. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
public final class SigningResource {
    private final SigningSecrets secrets;
    private final RotationReader rotations;
    private final Bodies bodies;

    SigningResource(SigningSecrets secrets, RotationReader rotations, Bodies bodies) {
        this.secrets = secrets;
        this.rotations = rotations;
        this.bodies = bodies;
    }

    /** Makes the secret that signs from now on; the one before signs beside it for a while. */
    @POST
    @Path("/signing-secrets")
    @RequiresScope(Scope.ADMIN)
    public Response rotate(@Auth ApiToken token, @Context HttpServletRequest call) throws IOException, SQLException {
        SigningSecrets.Rotation rotation = rotations.read(call, bodies);
        SigningSecrets.Made made = rotate(token, rotation, Callers.of(token, call))
                .orElseThrow(
                        () -> ApiException.conflict("The secret before the last still signs. Wait for its end, end it"
                                + " by DELETE, or send \"force\": true, which ends it at once."));
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(SecretAnswer.of(made.entry(), made.secret()))
                .build();
    }

    private Optional<SigningSecrets.Made> rotate(ApiToken token, SigningSecrets.Rotation rotation, Actor actor)
            throws SQLException {
        try {
            return secrets.rotate(token.teamId(), rotation, actor);
        } catch (SecretKeyException e) {
            throw ApiException.conflict(String.valueOf(e.getMessage()));
        }
    }

    /** The secrets that sign now, newest first; what they are was told once. */
    @GET
    @Path("/signing-secrets")
    @RequiresScope(Scope.ADMIN)
    public Page<SecretAnswer> list(@Auth ApiToken token) {
        return new Page<>(
                secrets.list(token.teamId()).stream()
                        .map(entry -> SecretAnswer.of(entry, null))
                        .toList(),
                null);
    }

    /** Ends one at once. */
    @DELETE
    @Path("/signing-secrets/{id}")
    @RequiresScope(Scope.ADMIN)
    public Response end(@Auth ApiToken token, @PathParam("id") String id, @Context HttpServletRequest call) {
        if (!secrets.end(token.teamId(), Ids.parse(id, "Signing secret"), Callers.of(token, call))) {
            throw ApiException.notFound("Signing secret");
        }
        return Response.noContent().build();
    }

    /** The public keys that verify what is signed now. */
    @GET
    @Path("/signing-keys")
    @AnyScope
    public KeysAnswer keys(@Auth ApiToken token) {
        return new KeysAnswer(secrets.list(token.teamId()).stream()
                .filter(entry -> entry.algorithm() == Algorithm.ED25519)
                .map(entry -> SecretAnswer.of(entry, null))
                .toList());
    }

    /** The keys, newest first. */
    record KeysAnswer(List<SecretAnswer> data) {}

    /**
     * A secret as clients see it.
     *
     * @param secret only in the answer to its making
     * @param endsAt until when it signs beside a newer one, null for the newest
     */
    record SecretAnswer(
            long id,
            String algorithm,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String secret,

            @JsonProperty("public_key") @Nullable String publicKey,
            @JsonProperty("created_at") String createdAt,
            @JsonProperty("ends_at") @Nullable String endsAt) {
        static SecretAnswer of(SigningSecretEntry entry, @Nullable String secret) {
            Instant end = entry.endsAt();
            return new SecretAnswer(
                    entry.id(),
                    entry.algorithm().contractName(),
                    secret,
                    entry.publicKey(),
                    ContractTime.seconds(entry.createdAt()),
                    end == null ? null : ContractTime.seconds(end));
        }
    }
}
