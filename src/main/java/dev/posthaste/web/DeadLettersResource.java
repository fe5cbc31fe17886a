package dev.posthaste.web;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.posthaste.contract.ContractName;
import dev.posthaste.jobs.DeadLetter;
import dev.posthaste.jobs.DeadLetterFilter;
import dev.posthaste.jobs.DeadLetterLister;
import dev.posthaste.jobs.DeadLetterPage;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.memory.ByteBudget;
import dev.posthaste.redaction.Masks;
import dev.posthaste.steering.DeadLetters;
import dev.posthaste.teams.ApiToken;
import dev.posthaste.teams.Scope;
import dev.posthaste.web.http.Bodies;
import dev.posthaste.web.http.Errors;
import dev.posthaste.web.http.RequiresScope;
import dev.posthaste.web.input.Cursors;
import dev.posthaste.web.input.DeadLetterSelection;
import dev.posthaste.web.input.ListFilters;
import dev.posthaste.web.input.Tags;
import io.dropwizard.auth.Auth;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chains whose last attempt has failed. */
@Path("/api/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
public final class DeadLettersResource {
    private final DeadLetterLister lister;
    private final DeadLetters deadLetters;
    private final DeadLetterSelection selections;
    private final Bodies bodies;
    private final Masks masks;
    private final ReadingRoom reading;

    DeadLettersResource(JobServices jobs, DeadLetterSelection selections, Bodies bodies, ReadingRoom reading) {
        this.lister = jobs.deadLetterLister();
        this.deadLetters = jobs.deadLetters();
        this.masks = jobs.masks();
        this.selections = selections;
        this.bodies = bodies;
        this.reading = reading;
    }

    /** The team's dead letters, newest first. */
    @GET
    @RequiresScope(Scope.JOBS_READ)
    public Page<DeadLetterAnswer> list(
            @Auth ApiToken token,
            @QueryParam("queue") @Nullable String queue,
            @QueryParam("url") @Nullable String url,
            @QueryParam("tag") @Nullable String tag,
            @QueryParam("host") @Nullable String host,
            @QueryParam("failure_reason") @Nullable String failureReason,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable String limit,
            @Context HttpServletRequest call)
            throws SQLException {
        Errors errors = new Errors();
        DeadLetterFilter filter = new DeadLetterFilter(
                ListFilters.queue(queue, errors),
                ListFilters.url(url, errors),
                Tags.filter(tag, errors),
                ListFilters.name("host", host, errors),
                ListFilters.oneOf("failure_reason", failureReason, FailureReason.class, errors));
        errors.mustBeNone();
        Cursors cursors = cursors(filter);
        Page.Request page = Page.Request.parse(cursor, limit, cursors);
        ByteBudget.Room room = reading.ofPage(call, page);
        DeadLetterPage found = lister.list(token.teamId(), filter, page.before(), page.limit());
        room.shrinkTo(ReadingRoom.bytes(
                found.deadLetters().stream().map(DeadLetter::original).toList()));
        return Page.of(
                found.deadLetters().stream()
                        .map(one -> DeadLetterAnswer.of(one, masks))
                        .toList(),
                found.nextBefore(),
                cursors);
    }

    private static Cursors cursors(DeadLetterFilter filter) {
        return new Cursors(
                "dead-letters",
                Arrays.asList(
                        filter.queue(),
                        filter.url(),
                        filter.tag(),
                        filter.host(),
                        ContractName.orNull(filter.failureReason())));
    }

    /** Sends them again, as new jobs. */
    @POST
    @Path("/replay")
    @RequiresScope(Scope.JOBS_WRITE)
    public Response replay(@Auth ApiToken token, @Context HttpServletRequest call) throws IOException, SQLException {
        DeadLetters.Selection selection = selections.read(bodies.single(call).text());
        DeadLetters.SentAgain replayed = deadLetters.replay(token.teamId(), selection, Callers.of(token, call));
        return Response.status(Response.Status.CREATED)
                .entity(new ReplayAnswer(
                        replayed.count(),
                        replayed.jobs().stream().map(PushedAnswer::entry).toList()))
                .build();
    }

    /** Removes them with their chains. */
    @POST
    @Path("/purge")
    @RequiresScope(Scope.JOBS_WRITE)
    public PurgedAnswer purge(@Auth ApiToken token, @Context HttpServletRequest call) throws IOException, SQLException {
        DeadLetters.Selection selection = selections.read(bodies.single(call).text());
        return new PurgedAnswer(deadLetters.purge(token.teamId(), selection, Callers.of(token, call)));
    }

    /** What was sent again. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record ReplayAnswer(long replayed, List<PushedAnswer.Entry> jobs) {}

    /** How many were removed. */
    record PurgedAnswer(long purged) {}
}
