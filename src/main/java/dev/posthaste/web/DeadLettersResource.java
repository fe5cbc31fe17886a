package dev.posthaste.web;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.intake.DeadLetters;
import dev.posthaste.jobs.DeadLetterLister;
import dev.posthaste.jobs.DeadLetterPage;
import dev.posthaste.teams.ApiToken;
import io.dropwizard.auth.Auth;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chains whose last attempt has failed. */
@Path("/api/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
public final class DeadLettersResource {
    private final DeadLetterLister lister;
    private final DeadLetters deadLetters;
    private final DeadLetterSelection selections;
    private final BodyLimits limits;

    DeadLettersResource(JobServices jobs, DeadLetterSelection selections, BodyLimits limits) {
        this.lister = jobs.deadLetterLister();
        this.deadLetters = jobs.deadLetters();
        this.selections = selections;
        this.limits = limits;
    }

    /** The team's dead letters, newest first. */
    @GET
    public Page<DeadLetterAnswer> list(
            @Auth ApiToken token,
            @QueryParam("queue") @Nullable String queue,
            @QueryParam("url") @Nullable String url,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit)
            throws SQLException {
        Page.Request page = Page.Request.parse(cursor, limit);
        DeadLetterPage found = lister.list(
                token.teamId(), Query.blankAsNull(queue), Query.blankAsNull(url), page.before(), page.limit());
        Long next = found.nextBefore();
        return new Page<>(
                found.deadLetters().stream().map(DeadLetterAnswer::of).toList(),
                next == null ? null : Page.cursor(next));
    }

    /** Sends them again, as new jobs. */
    @POST
    @Path("/replay")
    public Response replay(@Auth ApiToken token, @Context HttpHeaders headers, InputStream content)
            throws IOException, SQLException {
        DeadLetters.Selection selection = selections.read(RequestBytes.read(content, headers, limits.single()));
        DeadLetters.Replayed replayed = deadLetters.replay(token.teamId(), selection);
        return Response.status(Response.Status.CREATED)
                .entity(new ReplayAnswer(
                        replayed.count(),
                        replayed.jobs().stream().map(PushedAnswer::entry).toList()))
                .build();
    }

    /** Removes them with their chains. */
    @POST
    @Path("/purge")
    public PurgeAnswer purge(@Auth ApiToken token, @Context HttpHeaders headers, InputStream content)
            throws IOException, SQLException {
        DeadLetters.Selection selection = selections.read(RequestBytes.read(content, headers, limits.single()));
        return new PurgeAnswer(deadLetters.purge(token.teamId(), selection));
    }

    /** What was sent again. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record ReplayAnswer(long replayed, List<PushedAnswer.Entry> jobs) {}

    /** How many were removed. */
    record PurgeAnswer(long purged) {}
}
